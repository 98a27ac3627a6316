// A layer that is one canvas, a quarter larger than the view on each side, sharp on fine screens. `paint(context, layer)` draws in layer
// points (pixels of the map at this zoom); it is called again after each move, and by `layer.redraw()`.
import "../../vendor/leaflet-1.9.4.min.js";

export const L = window.L;

export const Ink = L.Renderer.extend({
  options: { padding: 0.25 },

  initialize(paint, options) {
    this._paint = paint;
    L.Renderer.prototype.initialize.call(this, options);
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
  },

  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, this._bounds.min);
    this._fine = Math.min(Math.max(window.devicePixelRatio || 1, 1), 3);
    canvas.width = Math.round(size.x * this._fine);
    canvas.height = Math.round(size.y * this._fine);
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    this.redraw();
  },

  redraw() {
    if (!this._map || !this._bounds) return;
    const context = this._container.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this._container.width, this._container.height);
    const { min } = this._bounds;
    context.setTransform(this._fine, 0, 0, this._fine, -min.x * this._fine, -min.y * this._fine);
    this._paint(context, this);
  },

  // what the canvas covers, in layer points
  covers() {
    return this._bounds;
  },
});

// one redraw for all that happened since the last frame
export function soon(work) {
  let asked = 0;
  return () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(work);
  };
}
