// A rectangle on a picture, moved and resized by mouse, finger or arrow keys. Served by /api/asset, mounted by pages/_kit/components/hole.py.
// The rectangle snaps to the pixels that the network gets. One question to the page at a time, see `asking` in mount.js.

import { asking, listener, make, mounted } from "./mount.js";

const CORNERS = ["nw", "ne", "sw", "se"];

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const percent = (part) => `${Math.round(100 * part)} %`;
const same = (one, other) => ["left", "top", "width", "height"].every((side) => Math.abs(one[side] - other[side]) < 1e-6);

function fitted(box, cells, limits) {
  // The nearest box on the network's pixels, inside the picture and the limits. Sizes are rounded first; positions follow from them.
  const on = (value, low, high) => clamp(Math.round(value * cells), Math.ceil(low * cells - 1e-9), Math.floor(high * cells + 1e-9)) / cells;
  const width = on(box.width, limits.width[0], limits.width[1]);
  const height = on(box.height, limits.height[0], limits.height[1]);
  const left = on(box.left, limits.left[0], Math.min(limits.left[1], 1 - width));
  const top = on(box.top, limits.top[0], Math.min(limits.top[1], 1 - height));
  return { left, top, width, height };
}

function resized(start, corner, dx, dy) {
  const west = corner.includes("w");
  const north = corner.includes("n");
  const width = west ? start.width - dx : start.width + dx;
  const height = north ? start.height - dy : start.height + dy;
  return { left: west ? start.left + dx : start.left, top: north ? start.top + dy : start.top, width, height };
}

function setupHole(host) {
  const picture = make("img", { class: "picture", draggable: "false", decoding: "sync", alt: "" });
  const inside = make("img", { class: "inside", draggable: "false", decoding: "sync", alt: "" });
  const box = make("div", { class: "box", tabindex: "0", role: "application", "aria-describedby": "how" });
  box.append(...CORNERS.map((corner) => make("span", { class: `corner ${corner}`, "data-corner": corner, "aria-hidden": "true" })));
  const heard = make("p", { class: "heard", role: "status" });
  const how = make("p", { id: "how", class: "how" });
  const frame = make("div", { class: "frame" }, picture, inside, box);
  const root = make("section", {}, frame, how, heard);
  how.textContent = "Drag it, or pull a corner. Keys: arrows move, Shift and arrows resize.";
  host.append(root);

  const H = { root, data: null, box: null, grip: null };
  const { listen, end } = listener();
  const questions = asking((box) => H.tell("box", box));

  const draw = () => {
    const { left, top, width, height } = H.box;
    Object.assign(box.style, { left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * width}%`, height: `${100 * height}%` });
    const answered = H.data.inside && H.data.answered && same(H.box, H.data.answered);
    inside.style.clipPath = `inset(${100 * top}% ${100 * (1 - left - width)}% ${100 * (1 - top - height)}% ${100 * left}%)`;
    inside.style.visibility = answered ? "visible" : "hidden";
    box.dataset.answered = Boolean(answered);
    box.setAttribute("aria-label", `${H.data.label}: ${percent(left)} from the left, ${percent(top)} from the top, ${percent(width)} wide, ${percent(height)} high`);
  };
  const set = (wanted) => {
    const fit = fitted(wanted, H.data.cells, H.data.limits);
    if (same(fit, H.box)) return false;
    H.box = fit;
    draw();
    questions.ask(fit);
    return true;
  };

  const place = (event) => {
    const seen = frame.getBoundingClientRect();
    return { x: (event.clientX - seen.left) / seen.width, y: (event.clientY - seen.top) / seen.height };
  };
  listen(frame, "pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    box.focus({ preventScroll: true });
    const at = place(event);
    if (!box.contains(event.target)) set({ ...H.box, left: at.x - H.box.width / 2, top: at.y - H.box.height / 2 }); // its centre goes to the click
    H.grip = { ...at, start: H.box, corner: event.target.dataset.corner || "" };
    frame.setPointerCapture(event.pointerId);
  });
  listen(frame, "pointermove", (event) => {
    if (!H.grip) return;
    const at = place(event);
    const { x, y, start, corner } = H.grip;
    if (corner) set(pulled(start, corner, at.x - x, at.y - y));
    else set({ ...start, left: start.left + at.x - x, top: start.top + at.y - y });
  });
  const pulled = (start, corner, dx, dy) => {
    // The opposite corner is fixed, also where a side has reached its least or greatest length.
    const wanted = resized(start, corner, dx, dy);
    const { width, height } = H.data.limits;
    const right = start.left + start.width;
    const bottom = start.top + start.height;
    wanted.width = clamp(wanted.width, width[0], Math.min(width[1], corner.includes("w") ? right : 1 - start.left));
    wanted.height = clamp(wanted.height, height[0], Math.min(height[1], corner.includes("n") ? bottom : 1 - start.top));
    const fit = fitted(wanted, H.data.cells, H.data.limits);
    if (corner.includes("w")) fit.left = right - fit.width;
    if (corner.includes("n")) fit.top = bottom - fit.height;
    return fit;
  };
  const release = () => {
    if (H.grip) heard.textContent = box.getAttribute("aria-label");
    H.grip = null;
  };
  listen(frame, "pointerup", release);
  listen(frame, "pointercancel", release);
  listen(box, "keydown", (event) => {
    event.stopPropagation(); // otherwise the page's own keys act: r reruns, c clears caches
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [dx, dy] = step.map((cells) => cells / H.data.cells);
    const { left, top, width, height } = H.box;
    if (event.shiftKey) set(pulled(H.box, "se", dx, dy));
    else set({ left: left + dx, top: top + dy, width, height });
    heard.textContent = box.getAttribute("aria-label");
  });

  H.update = (data, setStateValue) => {
    const first = H.data === null;
    H.data = data;
    H.tell = setStateValue;
    if (first || data.about !== H.about) H.box = fitted(data.box, data.cells, data.limits);
    H.about = data.about;
    if (picture.getAttribute("src") !== data.picture) picture.setAttribute("src", data.picture);
    if (data.inside && inside.getAttribute("src") !== data.inside) inside.setAttribute("src", data.inside);
    picture.alt = data.alt;
    draw();
    questions.heard(data.asked);
  };
  H.close = () => {
    questions.end();
    end();
  };
  return H;
}

export const hole = mounted(setupHole);
