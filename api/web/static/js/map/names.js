// Names of streets, written along them where there is room: broad streets first, none over another, none twice in a row.
import { lengths, pointAt } from "./along.js";

const FROM = [13, 14.5, 15.5, 16.5, 16.5, 17.5]; // zoom from which a rank has names
const APART = 260; // pixels between two of the same name
const UPRIGHT = /[\u3000-\u9fff\uf900-\ufaff]/; // characters that stand one below the other in steep streets
const STEEP = 0.9; // radians

const SQUARE = 32; // pixels; no circle has a larger radius
const square = (x, y) => `${Math.floor(x / SQUARE)} ${Math.floor(y / SQUARE)}`;
const touch = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) < a.r + b.r;

class Room {
  // occupied: circles that no name may touch
  constructor(occupied) {
    this.taken = [];
    this.squares = new Map();
    for (const circle of occupied) {
      const key = square(circle.x, circle.y);
      this.squares.has(key) ? this.squares.get(key).push(circle) : this.squares.set(key, [circle]);
    }
  }

  free({ dots }) {
    return !dots.some((dot) => {
      for (const dx of [-SQUARE, 0, SQUARE]) {
        for (const dy of [-SQUARE, 0, SQUARE]) {
          if (this.squares.get(square(dot.x + dx, dot.y + dy))?.some((circle) => touch(circle, dot))) return true;
        }
      }
      return false;
    });
  }

  // a name takes circles along its line
  fits(circles, name) {
    if (!this.free(circles)) return false;
    return this.taken.every((other) => {
      const near = Math.hypot(other.middle.x - circles.middle.x, other.middle.y - circles.middle.y);
      if (other.name === name && near < APART) return false;
      if (near > other.reach + circles.reach) return true;
      return !other.dots.some((a) => circles.dots.some((b) => touch(a, b)));
    });
  }

  take(circles, name) {
    this.taken.push({ ...circles, name });
  }
}

// straight stretches as long as the name: the middle first, then to both sides
function* stretches(points, width) {
  const sums = lengths(points);
  const whole = sums[sums.length - 1];
  if (whole < width) return;
  const room = (whole - width) / 2;
  for (let away = 0; away <= room; away += Math.max(width / 2, 30)) {
    for (const middle of away ? [whole / 2 + away, whole / 2 - away] : [whole / 2]) {
      const from = pointAt(points, sums, middle - width / 2), to = pointAt(points, sums, middle + width / 2);
      if (Math.hypot(to.x - from.x, to.y - from.y) > 0.97 * width) yield { from, to };
    }
  }
}

function circlesOf({ from, to }, size, width) {
  const count = Math.max(2, Math.round(width / size));
  const dots = Array.from({ length: count + 1 }, (_, n) => ({
    x: from.x + ((to.x - from.x) * n) / count,
    y: from.y + ((to.y - from.y) * n) / count,
    r: size * 0.62,
  }));
  return { dots, middle: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, reach: width / 2 + size };
}

function inside(circles, covers) {
  return circles.dots.every((dot) => covers.contains([dot.x, dot.y]));
}

function write(context, text, { from, to }) {
  let angle = Math.atan2(to.y - from.y, to.x - from.x);
  if (Math.abs(angle) > Math.PI / 2) angle -= Math.sign(angle) * Math.PI; // never upside down
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  if (Math.abs(angle) > STEEP && UPRIGHT.test(text)) {
    const [top, foot] = from.y < to.y ? [from, to] : [to, from];
    [...text].forEach((letter, n, all) => {
      const share = (n + 0.5) / all.length;
      both(context, letter, top.x + (foot.x - top.x) * share, top.y + (foot.y - top.y) * share);
    });
    return;
  }
  context.save();
  context.translate(middle.x, middle.y);
  context.rotate(angle);
  both(context, text, 0, 0);
  context.restore();
}

function both(context, text, x, y) {
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

export function names(context, view, cells, look, clear) {
  const wanted = cells.flatMap((cell) => cell.named.filter(({ rank }) => view.zoom >= FROM[rank]).map((line) => ({ ...line, cell })));
  wanted.sort((a, b) => a.rank - b.rank || b.points.length - a.points.length);
  const room = new Room(clear);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.strokeStyle = look.ground;
  context.fillStyle = look.name;
  for (const { rank, name, points, cell } of wanted) {
    const size = look.size * (rank === 0 ? 0.82 : 0.75);
    context.font = `${rank < 2 ? 600 : 500} ${size}px ${look.font}`;
    context.lineWidth = size / 4;
    const width = context.measureText(name).width + size * 0.6;
    const [left, top] = [cell.x * view.side - view.origin.x, cell.y * view.side - view.origin.y];
    const placed = Float64Array.from(points, (value, n) => value * view.scale + (n % 2 ? top : left));
    for (const stretch of stretches(placed, width)) {
      const circles = circlesOf(stretch, size, width);
      if (!inside(circles, view.covers) || !room.fits(circles, name)) continue;
      room.take(circles, name);
      write(context, name, stretch);
      break;
    }
  }
}
