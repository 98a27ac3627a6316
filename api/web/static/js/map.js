// Maps: every [data-map] becomes one, out of the JSON inside it. Nothing is asked for but our own streets; keyboard, large text, dark
// and reduced motion are looked after here. Without this file the words below the map remain.
import { L } from "./map/ink.js";
import { boundsOf, ground } from "./map/ground.js";
import { things } from "./map/things.js";

const CLOSEST = 18;
const CLOSE = 17; // no closer by itself
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

function steady(map) {
  if (!still.matches) return;
  map.panBy = (offset) => L.Map.prototype.panBy.call(map, offset, { animate: false });
}

// the wheel scrolls the page until somebody has gone into the map
function wheel(map) {
  const box = map.getContainer();
  box.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  box.addEventListener("focusout", (event) => box.contains(event.relatedTarget) || map.scrollWheelZoom.disable());
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    map.closePopup();
    box.focus();
  });
}

const Whole = L.Control.extend({
  onAdd() {
    const bar = L.DomUtil.create("div", "leaflet-bar map-whole");
    const button = L.DomUtil.create("button", "", bar);
    button.type = "button";
    button.title = this.options.label;
    button.setAttribute("aria-label", this.options.label);
    button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/></svg>';
    L.DomEvent.disableClickPropagation(bar);
    button.addEventListener("click", this.options.act);
    return bar;
  },
});

function controls(map, words, whole) {
  L.control.zoom({ position: "bottomright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  new Whole({ position: "topright", label: words.whole, act: whole }).addTo(map);
  map.on("popupopen", ({ popup }) => popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close));
}

function start(box) {
  const source = box.querySelector("script");
  const drawing = JSON.parse(source.textContent);
  source.remove();
  const map = L.map(box, {
    attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.5, zoomDelta: 1, wheelPxPerZoomLevel: 90,
    maxZoom: CLOSEST, zoomAnimation: !still.matches, markerZoomAnimation: !still.matches, fadeAnimation: false, inertia: !still.matches,
  });
  steady(map);
  wheel(map);
  map.setView([22.5, 114], CLOSE); // a place to stand on while things are added
  const shown = things(map, drawing, box.dataset.icons);
  const streets = drawing.streets;
  let group = "";
  const whole = () => {
    const bounds = shown.bounds(group);
    const all = bounds.isValid() ? bounds : streets && boundsOf(streets);
    if (all) map.fitBounds(all, { padding: [40, 40], maxZoom: CLOSE, animate: false });
  };
  whole();
  const redrawGround = streets ? ground(map, streets, shown.clear) : () => {};
  keepNear(map, shown.bounds(), streets);
  controls(map, box.dataset, whole);
  choice(box.id, (value) => {
    group = value;
    map.closePopup();
    shown.pick(value);
    whole();
  });
  const again = () => {
    map.invalidateSize({ animate: false });
    redrawGround();
    shown.redraw();
  };
  dark.addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(box);
  box.closest("details")?.addEventListener("toggle", () => { again(); whole(); });
  box.dataset.ready = "yes";
}

// nobody gets lost: as far as streets and things go, and a little more
function keepNear(map, bounds, streets) {
  const all = streets ? boundsOf(streets).extend(bounds) : bounds;
  if (!all.isValid()) return;
  map.setMaxBounds(all.pad(0.4));
  map.setMinZoom(Math.max(3, Math.min(map.getBoundsZoom(all), map.getZoom()) - 1));
}

function choice(name, act) {
  const frame = document.querySelector(`[data-map-choice="${name}"]`);
  if (!frame) return;
  frame.hidden = false;
  frame.querySelector("select").addEventListener("change", (event) => act(event.target.value));
}

document.querySelectorAll("[data-map]").forEach(start);
