// Along a line of pixels: [x, y, x, y, …] with the lengths from its beginning.
export function lengths(points) {
  const sums = new Float64Array(points.length / 2);
  for (let i = 2; i < points.length; i += 2) {
    sums[i / 2] = sums[i / 2 - 1] + Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]);
  }
  return sums;
}

export function pointAt(points, sums, length) {
  let i = 1;
  while (i < sums.length - 1 && sums[i] < length) i += 1;
  const share = (length - sums[i - 1]) / (sums[i] - sums[i - 1] || 1);
  const [a, b] = [2 * i - 2, 2 * i];
  return { x: points[a] + (points[b] - points[a]) * share, y: points[a + 1] + (points[b + 1] - points[a + 1]) * share };
}
