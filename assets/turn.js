// Pictures that a person turns, each with a network's answers to all four turns, so that its arrow follows at once; and a place for a photo
// of the person's own, dropped anywhere on the page, chosen, or taken by the camera. Served by /api/asset, mounted by
// pages/_kit/components/turn.py. Looks come from style.css (gallery) and turn.css.

import { listener, make, mounted, OPEN } from "./mount.js";

const FEEL = 6; // pixels that a pointer moves before it turns a picture; a shorter way is a click, which opens the picture large
const MOST = 40; // megabytes of a photo
const SNAP = 1024; // pixels of a photo's longer side that the camera is asked for
const STEP = { ArrowLeft: -1, ArrowRight: 1 };
const REFUSED = {
  insecure: "A camera works only at localhost or over https. Choose a photo instead.",
  NotAllowedError: "The browser may not use the camera. Allow it beside the address, or choose a photo.",
  NotFoundError: "No camera was found. Choose a photo instead.",
  NotReadableError: "Another program has the camera. Close it there, or choose a photo.",
};

const icon = (name) => make("span", { class: "icon", "aria-hidden": "true" }, name);
const modulo = (turn) => ((turn % 4) + 4) % 4;
const angle = (event, box) => (Math.atan2(event.clientY - box.top - box.height / 2, event.clientX - box.left - box.width / 2) * 180) / Math.PI;

function turnable(listen, open, say) {
  // A square picture with two buttons that turn it, and the answer to its turn: an arrow on its edge, and a caption.
  const image = make("img", { draggable: "false", decoding: "sync", alt: "" });
  const disc = make("span", { class: "disc", "aria-hidden": "true" }, make("span", { class: "arrow" }));
  const frame = make("div", { class: "face", tabindex: "0", role: "button", "aria-haspopup": "dialog" }, make("div", { class: "clip" }, image));
  const caption = make("figcaption", { "aria-hidden": "true" });
  const T = { shown: null, turn: 0, grip: null };
  const answer = (turn) => T.shown.answers[modulo(turn)];
  const said = (turn) => [T.shown.name, answer(turn) ? `${answer(turn).said}, ${answer(turn).sure}, ${answer(turn).at}` : ""].filter(Boolean).join(": ");
  const draw = (turn, degrees = 90 * turn) => {
    const found = answer(turn);
    image.style.rotate = `${degrees}deg`;
    disc.hidden = !found;
    disc.className = found ? `disc ${found.mark}${found.right ? "" : " wrong"}` : "disc";
    const verdict = found && make("b", { class: found.right ? "yes" : "no" }, found.said);
    caption.replaceChildren(...(found ? [verdict, `, ${found.sure}`] : [T.shown.waits ?? ""]));
    frame.setAttribute("aria-label", `${said(turn)}. Arrow keys turn it.`);
  };
  const by = (quarters) => {
    T.turn += quarters;
    draw(T.turn);
    say(said(T.turn));
  };
  const button = (name, words, quarters) => {
    const made = make("button", { type: "button", class: `round ${name}`, title: words, "aria-label": words }, icon(name));
    listen(made, "click", () => by(quarters));
    listen(made, "keydown", (event) => event.stopPropagation());
    return made;
  };
  grips(listen, frame, T, draw, by, open);
  const stage = make("div", { class: "frame" }, frame, disc, button("rotate_left", "Turn left", -1), button("rotate_right", "Turn right", 1));
  T.root = make("figure", {}, stage, caption);
  T.show = (shown) => {
    if (T.shown?.source !== shown.source) T.turn = shown.turn;
    T.shown = shown;
    if (image.getAttribute("src") !== shown.source) image.setAttribute("src", shown.source);
    image.alt = shown.name;
    draw(T.turn);
  };
  return T;
}

function grips(listen, frame, T, draw, by, open) {
  // Turning by a pointer around the picture's middle and by keys; a click or Enter opens the picture.
  const turned = (event) => {
    const way = angle(event, frame.getBoundingClientRect()) - T.grip.from;
    return ((way + 540) % 360) - 180; // the shorter way around
  };
  listen(frame, "pointerdown", (event) => {
    if (event.button || T.grip) return;
    T.grip = { from: angle(event, frame.getBoundingClientRect()), x: event.clientX, y: event.clientY, finger: event.pointerId, turns: false };
  });
  listen(frame, "pointermove", (event) => {
    if (T.grip?.finger !== event.pointerId) return;
    if (!T.grip.turns && Math.hypot(event.clientX - T.grip.x, event.clientY - T.grip.y) < FEEL) return;
    if (!T.grip.turns) frame.setPointerCapture(event.pointerId);
    T.grip.turns = frame.classList.toggle("gripped", true);
    draw(T.turn + Math.round(turned(event) / 90), 90 * T.turn + turned(event));
  });
  const release = (event) => {
    if (T.grip?.finger !== event.pointerId) return;
    const { turns } = T.grip;
    const quarters = turns && event.type === "pointerup" ? Math.round(turned(event) / 90) : 0;
    T.grip = null;
    frame.classList.remove("gripped");
    if (turns) by(quarters);
    else if (event.type === "pointerup") open();
  };
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) listen(frame, kind, release);
  listen(frame, "keydown", (event) => {
    const opens = event.key === "Enter" || event.key === " ";
    if ((!opens && !STEP[event.key]) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // otherwise the page's own keys act
    if (opens) open();
    else by(STEP[event.key]);
  });
}

function camera(video, refuse) {
  // The camera's picture in a video element; the stream ends with `end`, also where it comes later than that.
  const C = { stream: null, wanted: false };
  C.end = () => {
    C.wanted = false;
    C.stream?.getTracks().forEach((track) => track.stop());
    C.stream = video.srcObject = null;
  };
  C.begin = async () => {
    if (!globalThis.isSecureContext || !navigator.mediaDevices?.getUserMedia) return refuse(REFUSED.insecure);
    C.wanted = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: SNAP }, height: { ideal: SNAP } } });
      C.stream = stream;
      if (!C.wanted) return C.end();
      video.srcObject = stream;
      await video.play();
    } catch (fault) {
      C.end();
      refuse(REFUSED[fault.name] ?? `The camera gives no picture (${fault.name}). Choose a photo instead.`);
    }
  };
  C.snap = () =>
    new Promise((done) => {
      const canvas = make("canvas", { width: String(video.videoWidth), height: String(video.videoHeight) });
      canvas.getContext("2d").drawImage(video, 0, 0);
      canvas.toBlob((blob) => done(new File([blob], "camera.jpg", { type: "image/jpeg" })), "image/jpeg", 0.92);
    });
  return C;
}

function setupTurn(host) {
  const { listen, end } = listener();
  const heard = make("p", { class: "heard", role: "status" });
  const grid = make("div", { class: "gallery edge folds" });
  const root = make("section", { class: "turning" }, grid, heard);
  host.append(root);
  const P = { root, data: null, tiles: [], local: null, fault: "", asked: 0 };
  const say = (words) => (heard.textContent = words);
  const open = (place) => {
    const ids = P.data.pictures.concat(P.data.own ?? []).map((_, k) => `test-${k}`);
    const said = ids.map(() => "");
    if (place < ids.length) root.dispatchEvent(new CustomEvent(OPEN, { bubbles: true, composed: true, detail: { dataset: P.data.large, ids, said, place } }));
  };

  // one's own photo
  const video = make("video", { playsinline: "", muted: "", "aria-label": "What the camera sees" });
  video.muted = true;
  const file = make("input", { type: "file", accept: "image/*", hidden: "", tabindex: "-1", "aria-hidden": "true" });
  const mine = turnable(listen, () => open(P.data.pictures.length), say);
  const act = (words, symbol, pressed, round = "") => {
    const seen = round ? { class: `round ${round}`, title: words, "aria-label": words } : { class: "plain" };
    const made = make("button", { type: "button", ...seen }, icon(symbol), ...(round ? [] : [words]));
    listen(made, "click", pressed);
    listen(made, "keydown", (event) => event.stopPropagation());
    return made;
  };
  const refuse = (words) => {
    [P.fault, P.local] = [words, null];
    show();
  };
  const lens = camera(video, refuse);
  const watch = () => {
    P.fault = "";
    lens.begin();
    show();
  };
  const leave = () => {
    lens.end();
    show();
  };
  const choose = () => file.click();
  const back = act("Back to my photo", "undo", () => {
    P.fault = "";
    show();
  });
  const lead = make("p", { class: "lead" }, make("b", {}, "And yours?"), " Drop a photo here.");
  const fault = make("p", { class: "fault", role: "alert" });
  const offered = make(
    "div",
    { class: "frame offered" },
    lead,
    fault,
    act("Choose a photo", "add_photo_alternate", choose),
    act("Use the camera", "photo_camera", watch),
    back,
  );
  const looking = make(
    "div",
    { class: "frame looking" },
    video,
    make("div", { class: "row" }, act("Take it", "photo_camera", () => lens.snap().then(send)), act("Cancel", "close", leave)),
  );
  const away = () => {
    [P.fault, P.local] = ["", null];
    P.tell("photo", { away: true });
  };
  mine.root.firstChild.append(
    act("Choose another photo", "add_photo_alternate", choose, "other"),
    act("Use the camera", "photo_camera", watch, "lens"),
    act("Take it away", "delete", away, "away"),
  );
  const own = make("div", { class: "own" }, file);

  const send = (photo) => {
    lens.end();
    if (P.local) URL.revokeObjectURL(P.local.source);
    if (photo.size > MOST * 1e6) return refuse(`This file has ${Math.ceil(photo.size / 1e6)} MB, and a photo may have ${MOST}. Choose a smaller one.`);
    P.fault = "";
    P.asked += 1;
    P.local = { source: URL.createObjectURL(photo), name: "your photo", turn: 0, answers: [], waits: "Asking the network …" };
    show();
    const reader = new FileReader();
    reader.onload = () => P.tell("photo", { name: photo.name, data: reader.result.slice(reader.result.indexOf(",") + 1), asked: P.asked });
    reader.onerror = () => refuse("The browser couldn't read this file. Choose another one.");
    reader.readAsDataURL(photo);
  };
  listen(file, "change", () => {
    if (file.files.length) send(file.files[0]);
    file.value = ""; // the same file can be chosen again
  });
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    listen(document, kind, (event) => {
      if (!carries(event)) return;
      event.preventDefault(); // otherwise the browser leaves the page to show the file
      own.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
    });
  }

  const show = () => {
    const photo = P.local ?? P.data.own;
    const part = lens.wanted ? looking : photo && !P.fault ? mine.root : offered;
    if (photo) mine.show(photo);
    lead.hidden = Boolean(P.fault);
    fault.hidden = !P.fault;
    back.hidden = !P.fault || !photo;
    if (fault.textContent !== P.fault) fault.textContent = P.fault;
    if (own.lastChild !== part) own.replaceChildren(file, part);
  };

  P.update = (data, setStateValue, setTriggerValue) => {
    P.tell = setTriggerValue;
    if (data.asked >= P.asked) {
      [P.asked, P.local, P.fault] = [data.asked, null, P.data && data.asked === P.data.asked ? P.fault : data.fault];
    }
    P.data = data;
    while (P.tiles.length < data.pictures.length) {
      const place = P.tiles.length;
      P.tiles.push(turnable(listen, () => open(place), say));
    }
    const roots = [...P.tiles.slice(0, data.pictures.length).map((tile) => tile.root), own];
    if (roots.some((each, k) => grid.children[k] !== each)) grid.replaceChildren(...roots);
    grid.style.setProperty("--columns", String(Math.max(4, roots.length)));
    data.pictures.forEach((each, k) => P.tiles[k].show(each));
    show();
  };
  P.close = () => {
    lens.end();
    end();
  };
  return P;
}

export const turn = mounted(setupTurn);
