// How the company writes times, distances and numbers.

const company = { locale: "en-US", distance_unit: "mi", currency: "USD", week_starts_on: 0, timezone: undefined };

export function useCompany(settings) {
  Object.assign(company, settings);
}

export const time = (instant, zone) =>
  new Date(instant).toLocaleTimeString(company.locale, { hour: "numeric", minute: "2-digit", timeZone: zone });

// "Mon, Dec 7, 11:45 AM"
export const moment = (instant, zone) =>
  new Date(instant).toLocaleString(company.locale, { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZone: zone });

// Calendar dates have no zone: noon UTC is on the same date everywhere that it is shown in UTC.
const noon = (isoDate) => new Date(`${isoDate}T12:00:00Z`);
export const day = (isoDate) =>
  noon(isoDate).toLocaleDateString(company.locale, { weekday: "long", month: "long", day: "numeric", timeZone: "UTC" });
export const shortDay = (isoDate) =>
  noon(isoDate).toLocaleDateString(company.locale, { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" });

export function addDays(isoDate, number) {
  const date = noon(isoDate);
  date.setUTCDate(date.getUTCDate() + number);
  return date.toISOString().slice(0, 10);
}

// Seconds since local midnight, as a clock shows them.
export const wallTime = (seconds) => time(seconds * 1000, "UTC");

export const today = (zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date());
// The first day of the week that a date lies in, as the company counts weeks (0 = Monday).
export function weekOf(isoDate) {
  const weekday = (noon(isoDate).getUTCDay() + 6) % 7;
  return addDays(isoDate, -((weekday - company.week_starts_on + 7) % 7));
}

export function distance(metres) {
  const value = company.distance_unit === "mi" ? metres / 1609.344 : metres / 1000;
  return `${value.toLocaleString(company.locale, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${company.distance_unit}`;
}

export function duration(minutes) {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  return `${Math.floor(whole / 60)} h${whole % 60 ? ` ${whole % 60} min` : ""}`;
}

// Nearly all is not all: 100 % and 0 % are only said where they are exact.
export function percent(ratio) {
  if (ratio === null || ratio === undefined) return "–";
  const whole = ratio > 0 && ratio < 1 ? Math.min(99, Math.max(1, Math.round(ratio * 100))) : ratio * 100;
  return (whole / 100).toLocaleString(company.locale, { style: "percent", maximumFractionDigits: 0 });
}

export const count = (number) => Math.round(number).toLocaleString(company.locale);
export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
export const companyZone = () => company.timezone;
