// What doesn't fit or can't be read on a page, as sentences. Called with nothing; runs in the page. See tests/help/surveying.py.
() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, [role=button], [role=option], [role=tab], [role=slider]";
  const SHADOWED = "[data-testid=stSidebar][data-collapsed=true], [data-testid=stHeader], [data-testid=stSkipToContent], .heard";
  const found = new Set();
  const say = (kind, element, more = "") => found.add(`${kind}: ${name(element)}${more && ` ${more}`}`);
  const name = (at) => {
    const element = at.nodeType === Node.TEXT_NODE ? at.parentElement : at;
    const place = element.closest("[class*=st-key-]")?.className.toString().match(/st-key-[\w-]+/)?.[0] ?? element.closest("[data-testid]")?.dataset.testid ?? "";
    return `“${(at.textContent || element.getAttribute("aria-label") || element.tagName).trim().slice(0, 50)}” in ${place}`;
  };
  const up = (element) => element.assignedSlot ?? element.parentElement ?? (element.getRootNode() instanceof ShadowRoot ? element.getRootNode().host : null);
  const ancestors = (element) => { const all = []; for (let at = element; at; at = up(at)) all.push(at); return all; };
  const everything = (root) => [...root.querySelectorAll("*")].flatMap((each) => [each, ...(each.shadowRoot ? everything(each.shadowRoot) : [])]);
  const styles = new Map();
  const style = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) && !ancestors(element).some((each) => each.matches(SHADOWED) || style(each).clipPath === "inset(50%)" || style(each).clip === "rect(0px, 0px, 0px, 0px)");
  const all = everything(document.body).filter((each) => !["SCRIPT", "STYLE", "TITLE"].includes(each.tagName) && seen(each));

  // Colours: WCAG's contrast, of layers that may be transparent
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, k) => part * a + below[k] * (1 - a));
  const light = (colour) => colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, k) => sum + part * [0.2126, 0.7152, 0.0722][k], 0);
  const contrast = (one, other) => { const [high, low] = [light(one), light(other)].sort((a, b) => b - a); return (high + 0.05) / (low + 0.05); };
  const ground = (element) => {
    // The colour that an element stands on, null where that is a picture. An ancestor that it is placed outside of isn't below it.
    const [layers, box] = [[], element.getBoundingClientRect()];
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    for (const each of ancestors(element)) {
      const { left, right, top, bottom, width } = each.getBoundingClientRect();
      if (width && (x < left || x > right || y < top || y > bottom) && each !== document.body) continue;
      if (style(each).backgroundImage !== "none") return null;
      const layer = rgba(style(each).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const faint = (element) => ancestors(element).reduce((product, each) => product * parseFloat(style(each).opacity), 1);
  const disabled = (element) => ancestors(element).some((each) => each.matches(":disabled, [aria-disabled=true], [data-disabled=true]") || each.querySelector?.(":scope > input:disabled"));

  // Words: cut off, outside of the window, broken, too pale
  const room = [0, document.documentElement.clientWidth];
  const icon = (element) => /Material/.test(style(element).fontFamily);
  const clipped = (element, box) => {
    if (box.left < room[0] - 1 || box.right > room[1] + 1) return "outside of the window";
    let [out, scrolled] = [false, false]; // out: absolutely placed, so that ancestors without a position don't cut it
    for (const each of ancestors(element)) {
      const { overflowX, overflowY, position } = style(each);
      if (!(out && position === "static")) {
        const edge = each.getBoundingClientRect();
        if (overflowX !== "visible" && (box.left < edge.left - 1 || box.right > edge.right + 1)) return /auto|scroll/.test(overflowX) ? "scrolls sideways" : "cut at the side";
        if (/auto|scroll/.test(overflowY)) scrolled = true;
        if (!scrolled && /hidden|clip/.test(overflowY) && edge.height > 2 && (box.top < edge.top - 2 || box.bottom > edge.bottom + 2)) return "cut above or below";
        out = position === "absolute" || (out && position === "static");
      }
      if (position === "fixed") return "";
    }
    return "";
  };
  const words = all.flatMap((each) => [...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));
  for (const node of words) {
    const element = node.parentElement ?? node.getRootNode().host;
    if (element instanceof SVGElement && !element.closest("text")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width || icon(element) || faint(element) < 0.1) continue;
    const cut = clipped(element, box);
    if (cut) say(cut, node);
    if (!element.closest("code, pre") && range.getClientRects().length > 1) {
      for (const { 0: word, index } of node.data.matchAll(/[\p{L}\p{N}]{2,24}/gu)) {
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (new Set([...range.getClientRects()].map((each) => Math.round(each.top / 4))).size > 1) { say("broken word", node); break; }
      }
    }
    const below = ground(element);
    const shape = /^[●■◆▲✚✖★▼⬟✶○\ufe0e\s]+$/u.test(node.data); // a class's sign stands beside its name
    if (!below || shape || disabled(element) || element.closest(".hoverlayer")) continue;
    const { color, fill, fontSize, fontWeight } = style(element);
    const ink = rgba(element instanceof SVGElement ? fill : color);
    const got = contrast(over([...ink.slice(0, 3), ink[3] * faint(element)], below), below);
    const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && parseFloat(fontWeight) >= 600);
    if (got < (large ? 3 : 4.5) - 0.02) say("pale", node, got.toFixed(1));
  }

  // Words of one chart: over each other, or beyond its edge
  for (const chart of all.filter((each) => each.matches(".js-plotly-plot"))) {
    const edge = chart.querySelector(".main-svg").getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")].filter((each) => each.textContent.trim() && !each.closest(".hoverlayer") && seen(each)).map((each) => [each, each.getBoundingClientRect()]);
    texts.forEach(([text, box], k) => {
      if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 2 || box.bottom > edge.bottom + 2) say("beyond the chart", text);
      if (Math.abs(Number(text.getAttribute("transform")?.match(/rotate\((-?[\d.]+)/)?.[1] ?? 0)) > 1) say("turned", text);
      for (const [other, place] of texts.slice(k + 1)) if (meet(box, place) > 3) say("over another word of the chart", text, `and “${other.textContent.slice(0, 30)}”`);
    });
  }
  function meet(a, b) {
    return Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  }

  // Controls: over each other, without an edge that can be seen
  const controls = all.filter((each) => each.matches(CONTROLS) && style(each).pointerEvents !== "none").map((each) => [each, each.getBoundingClientRect()]).filter(([, box]) => box.width > 4 && box.height > 4);
  controls.forEach(([one, box], k) => {
    if (box.left < room[0] - 1 || box.right > room[1] + 1) say("control outside of the window", one);
    for (const [other, place] of controls.slice(k + 1)) {
      const nested = ancestors(one).includes(other) || ancestors(other).includes(one);
      const held = one.matches(".face") && one.parentElement === other.parentElement; // buttons that lie on the picture which they turn
      if (!nested && !held && meet(box, place) > 4 && layer(one) === layer(other)) say("over another control", one, `and ${name(other)}`);
    }
  });
  for (const each of document.querySelectorAll("[data-testid=stHeader] button")) {
    const { left, top, width, height } = each.getBoundingClientRect();
    const hit = width && !document.querySelector("[role=dialog]") && document.elementFromPoint(left + width / 2, top + height / 2);
    if (hit && !each.contains(hit) && !hit.closest("[data-testid=stSidebar]")) say("covered", each, `by ${name(hit)}`);
  }
  function layer(element) {
    return ancestors(element).find((each) => /fixed|sticky/.test(style(each).position) || each.matches("[data-testid=stSidebar], [data-testid=stMain], [role=dialog]"));
  }
  const framed = "button, a.download, [data-testid=stSelectbox] [role=group], [data-testid=stNumberInputContainer], [data-testid$=RootElement], [data-testid=stCheckbox] label > div:not([data-testid]), [data-testid=stFileUploaderDropzone]";
  for (const each of all.filter((one) => one.matches(framed))) {
    const { borderTopWidth, borderTopStyle, borderTopColor, outlineStyle, outlineColor, backgroundColor } = style(each);
    const ringed = outlineStyle === "solid";
    const [edge, face] = [rgba(ringed ? outlineColor : borderTopColor), rgba(backgroundColor)];
    const drawn = ringed || (parseFloat(borderTopWidth) > 0 && borderTopStyle !== "none" && edge[3] > 0.02);
    const outside = up(each) && ground(up(each));
    if ((!drawn && face[3] < 0.02) || disabled(each) || !outside || each.querySelector("img") || each.getBoundingClientRect().width < 5) continue;
    const got = Math.max(drawn ? contrast(over(edge, outside), outside) : 1, contrast(over(face, outside), outside));
    if (got < 2.98) say("faint edge", each, got.toFixed(1));
  }

  for (const each of [document.documentElement, document.querySelector("[data-testid=stMain]")]) if (each && each.scrollWidth > each.clientWidth + 1) say("scrolls sideways", each, String(each.scrollWidth - each.clientWidth));
  return [...found];
}
