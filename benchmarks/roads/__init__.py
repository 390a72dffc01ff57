"""The same four weeks planned by the estimate, by the calibrated estimate and by road, all driven on the roads."""
