// Points moved apart as little as it takes that no two are nearer than `distance`; the same points give the same answer.

const ROUNDS = 200;

export function spread(points, distance) {
  const free = points.map(({ x, y }) => ({ x, y }));
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!pushAll(free, distance)) break;
  }
  return free;
}

function pushAll(points, distance) {
  let moved = false;
  for (let i = 0; i < points.length; i += 1) {
    for (let j = i + 1; j < points.length; j += 1) moved = push(points[i], points[j], j, distance) || moved;
  }
  return moved;
}

// Each goes half of what is missing.  Of two in the same place, the later goes where its number points.
function push(one, other, number, distance) {
  let [x, y] = [other.x - one.x, other.y - one.y];
  const far = Math.hypot(x, y);
  if (far >= distance - 0.5) return false;
  [x, y] = far < 0.01 ? [Math.cos(2.4 * number), Math.sin(2.4 * number)] : [x / far, y / far];
  const half = (distance - far) / 2;
  one.x -= x * half;
  one.y -= y * half;
  other.x += x * half;
  other.y += y * half;
  return true;
}
