// Squares of a picture, hidden and shown by drawing over them with mouse, finger or keys. Served by /api/asset, mounted by
// pages/_kit/components/squares.py. One question to the page at a time; until its answer newly hidden squares are covered by stripes.

import { asking, listener, make, mounted } from "./mount.js";

const LINE = "rgb(255 255 255 / 28%)"; // lines between squares, visible on any picture
const EDGE = ["rgb(0 0 0 / 55%)", "white"]; // lines between hidden and seen squares: a dark line below a light one
const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const total = (drawn) => drawn.reduce((sum, cell) => sum + cell, 0);
const read = (text) => [...text].map(Number);

function shuffled(count, hidden) {
  const cells = Array.from({ length: count }, (_, place) => Number(place < hidden));
  for (let place = count - 1; place > 0; place -= 1) {
    const other = Math.floor(Math.random() * (place + 1));
    [cells[place], cells[other]] = [cells[other], cells[place]];
  }
  return cells;
}

function middle(side, inside) {
  // The middle half of the picture with the value `inside`: 1, hidden, or 0, the only part seen.
  const [from, to] = [Math.floor(side / 4), Math.ceil((3 * side) / 4)];
  const within = (at) => at >= from && at < to;
  return Array.from({ length: side * side }, (_, place) => (within(place % side) && within(Math.floor(place / side)) ? inside : 1 - inside));
}

function between(start, end) {
  // Points on the straight line from start to end, at most half a square apart on each axis, so that a fast stroke skips no square.
  const steps = Math.max(1, ...[0, 1].map((axis) => 2 * Math.ceil(Math.abs(end[axis] - start[axis]))));
  return Array.from({ length: steps }, (_, k) => [0, 1].map((axis) => start[axis] + ((end[axis] - start[axis]) * (k + 1)) / steps));
}

function rows(pen, drawn, side, size) {
  // A path over all hidden squares, on whole pixels so that no gap shows between neighbours.
  const at = (line) => Math.round((line * size) / side);
  pen.beginPath();
  drawn.forEach((hidden, place) => {
    const [x, y] = [place % side, Math.floor(place / side)];
    if (hidden) pen.rect(at(x), at(y), at(x + 1) - at(x), at(y + 1) - at(y));
  });
}

function edges(pen, drawn, side, size, differ) {
  // Lines between neighbouring squares: all of them, or (`differ`) only those between a hidden and a seen one.
  const at = (line) => Math.round((line * size) / side);
  pen.beginPath();
  for (let place = 0; place < side * side; place += 1) {
    const [x, y] = [place % side, Math.floor(place / side)];
    if (x + 1 < side && (!differ || drawn[place] !== drawn[place + 1])) {
      pen.moveTo(at(x + 1), at(y));
      pen.lineTo(at(x + 1), at(y + 1));
    }
    if (y + 1 < side && (!differ || drawn[place] !== drawn[place + side])) {
      pen.moveTo(at(x), at(y + 1));
      pen.lineTo(at(x + 1), at(y + 1));
    }
  }
}

// A role's colour in ssl_core/palette.py, of those that are the same in light and dark: a canvas reads no style rule.
const coloured = (pen, role) => getComputedStyle(pen.canvas).getPropertyValue(`--${role}`).trim();

function stroked(pen, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function covered(pen, size, fine) {
  // Stripes over hidden squares that have no answer yet.
  pen.fillStyle = coloured(pen, "cover");
  pen.fillRect(0, 0, size, size);
  pen.beginPath();
  for (let line = -size; line < size; line += 16 * fine) {
    pen.moveTo(line, 0);
    pen.lineTo(line + size, size);
  }
  stroked(pen, coloured(pen, "cover-stripe"), 5 * fine);
}

function painted(pen, S, inside, size, fine) {
  // Stripes, the answer in the hidden squares, the grid, and a ring around the square that keys act on.
  const within = (drawn, fill) => {
    pen.save();
    rows(pen, drawn, S.side, size);
    pen.clip();
    fill();
    pen.restore();
  };
  pen.clearRect(0, 0, size, size);
  const paint = inside.complete && inside.naturalWidth && S.answered.length === S.drawn.length;
  within(S.drawn, () => covered(pen, size, fine));
  if (paint) within(S.drawn.map((hidden, place) => hidden && S.answered[place]), () => pen.drawImage(inside, 0, 0, size, size));
  edges(pen, S.drawn, S.side, size, false);
  stroked(pen, LINE, fine);
  edges(pen, S.drawn, S.side, size, true);
  [3, 1.5].forEach((width, k) => stroked(pen, EDGE[k], width * fine));
  if (!S.keys) return;
  const [x, y] = [S.at % S.side, Math.floor(S.at / S.side)].map((line) => (line * size) / S.side);
  pen.beginPath();
  pen.rect(x, y, size / S.side, size / S.side);
  ["white", coloured(pen, "said")].forEach((colour, k) => stroked(pen, colour, [7, 4][k] * fine));
}

function setupSquares(host) {
  const picture = make("img", { class: "picture", draggable: "false", decoding: "sync", alt: "" });
  const inside = new Image();
  const canvas = make("canvas", { "aria-hidden": "true" });
  const count = make("p", { class: "count" });
  const how = make("p", { id: "how", class: "how" });
  const heard = make("p", { class: "heard", role: "status" });
  const frame = make("div", { class: "frame", tabindex: "0", role: "application", "aria-describedby": "how" }, picture, canvas);
  const buttons = make("div", { class: "buttons" });
  const root = make("section", {}, frame, count, buttons, how, heard);
  how.textContent = "Press and drag over squares to hide or show them. Keys: arrows move, space hides or shows, Shift and arrows draw.";
  host.append(root);

  const S = { root, data: null, side: 0, drawn: [], answered: [], at: 0, keys: false, brush: null };
  const { listen, end } = listener();
  const questions = asking((drawing) => S.tell("drawing", drawing));

  const said = () => `${total(S.drawn)} of ${S.drawn.length} squares hidden`;
  const draw = () => {
    frame.dataset.keys = S.keys;
    const fine = Math.max(1, globalThis.devicePixelRatio || 1);
    const size = Math.round(frame.clientWidth * fine);
    if (!size || !S.side) return; // the size is 0 in a tab that isn't shown
    if (canvas.width !== size) canvas.width = canvas.height = size;
    painted(canvas.getContext("2d"), S, inside, size, fine);
  };
  const show = () => {
    count.textContent = said();
    frame.dataset.answered = S.drawn.join("") === S.answered.join("");
    frame.setAttribute("aria-label", `${S.data.label}: ${S.side} by ${S.side} squares, ${said()}`);
    draw();
  };
  const set = (drawn) => {
    // At least one square must be seen, and at least one hidden.
    if (drawn.join("") === S.drawn.join("")) return true;
    const hidden = total(drawn);
    if (!hidden || hidden === drawn.length) {
      heard.textContent = count.textContent = hidden ? "One square must stay to be seen." : "One square must stay hidden.";
      return false;
    }
    S.drawn = drawn;
    show();
    questions.ask({ hidden: drawn.join("") });
    return true;
  };
  const put = (place, hidden) => set(S.drawn.map((cell, each) => (each === place ? hidden : cell)));

  const place = (event) => {
    const seen = frame.getBoundingClientRect();
    return [((event.clientX - seen.left) / seen.width) * S.side, ((event.clientY - seen.top) / seen.height) * S.side];
  };
  const square = (point) => {
    const [x, y] = point.map(Math.floor);
    return x >= 0 && y >= 0 && x < S.side && y < S.side ? y * S.side + x : -1;
  };
  listen(frame, "pointerdown", (event) => {
    const start = place(event);
    if (event.button || S.brush || square(start) < 0) return;
    event.preventDefault();
    frame.focus({ preventScroll: true });
    S.keys = false;
    S.at = square(start);
    S.brush = { last: start, hidden: 1 - S.drawn[S.at], finger: event.pointerId };
    frame.setPointerCapture(event.pointerId);
    put(S.at, S.brush.hidden);
  });
  listen(frame, "pointermove", (event) => {
    if (!S.brush || S.brush.finger !== event.pointerId) return;
    const { last, hidden } = S.brush;
    S.brush.last = place(event);
    const touched = new Set(between(last, S.brush.last).map(square));
    set(S.drawn.map((cell, each) => (touched.has(each) ? hidden : cell)));
  });
  const release = () => {
    if (S.brush) heard.textContent = count.textContent;
    S.brush = null;
  };
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) listen(frame, kind, release);

  const moved = ([dx, dy]) => {
    const [x, y] = [(S.at % S.side) + dx, Math.floor(S.at / S.side) + dy];
    if (x >= 0 && y >= 0 && x < S.side && y < S.side) S.at = y * S.side + x;
  };
  listen(frame, "keydown", (event) => {
    event.stopPropagation(); // otherwise the page's own keys act: r reruns, c clears caches
    const step = STEP[event.key];
    if ((!step && event.key !== " " && event.key !== "Enter") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const hidden = step ? S.drawn[S.at] : 1 - S.drawn[S.at];
    if (step) moved(step);
    S.keys = true;
    const granted = (step && !event.shiftKey) || put(S.at, hidden);
    draw();
    if (!granted) return;
    const where = `row ${Math.floor(S.at / S.side) + 1}, column ${(S.at % S.side) + 1}: ${S.drawn[S.at] ? "hidden" : "seen"}`;
    heard.textContent = step && !event.shiftKey ? where : `${where}. ${said()}.`;
  });
  listen(frame, "focus", () => {
    S.keys = !S.brush && frame.matches(":focus-visible");
    draw();
  });
  listen(frame, "blur", () => {
    S.keys = false;
    draw();
  });

  const offer = (words, drawing, title = null) => {
    const button = make("button", { type: "button", title, "aria-label": title }, words);
    listen(button, "click", () => {
      set(drawing());
      heard.textContent = count.textContent;
    });
    listen(button, "keydown", (event) => event.stopPropagation());
    return button;
  };
  const offered = () => {
    const most = total(read(S.data.start));
    const part = Math.round((100 * most) / S.drawn.length);
    buttons.replaceChildren(
      offer(`${part} % at random`, () => shuffled(S.drawn.length, most), `Hide ${part} % at random`),
      offer("Hide the middle", () => middle(S.side, 1)),
      offer("Show the middle", () => middle(S.side, 0), "Show the middle alone"),
      offer("Swap", () => S.drawn.map((cell) => 1 - cell), "Swap hidden and seen"),
    );
  };

  const resized = new ResizeObserver(draw);
  resized.observe(frame);
  listen(inside, "load", draw);
  S.update = (data, setStateValue) => {
    const old = S.data;
    S.data = data;
    S.tell = setStateValue;
    if (!old || old.start.length !== data.start.length) S.drawn = read(data.drawn);
    S.side = Math.round(Math.sqrt(S.drawn.length));
    if (!old || old.start !== data.start) offered();
    S.answered = read(data.drawn);
    if (picture.getAttribute("src") !== data.picture) picture.setAttribute("src", data.picture);
    if (inside.getAttribute("src") !== data.inside) inside.setAttribute("src", data.inside);
    picture.alt = data.alt;
    show();
    questions.heard(data.asked);
  };
  S.close = () => {
    questions.end();
    resized.disconnect();
    end();
  };
  return S;
}

export const squares = mounted(setupSquares);
