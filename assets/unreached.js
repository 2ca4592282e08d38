// Says why the page stays empty where the connection to Selfsight is not let through, and what to do where the server has ended. Part of the
// first page itself, see pages/_kit/server/first_page.py. Streamlit tries on meanwhile; once it is connected, what was said is taken away.

(() => {
  const GLANCE = 250; // milliseconds between two looks at the page
  const GRACE = 2500; // milliseconds that Streamlit has before we look for a reason, and between two tries
  const PATIENCE = 3000; // milliseconds for a request or a connection to be answered: a sentence comes within GRACE + 2 PATIENCE
  const LONGEST = 400; // letters of an answer that are shown
  const LOST = 1500; // milliseconds without a connection that was there, after which we look for a reason: a short one isn't worth a word
  const PORT = "8501"; // that the app takes where it is free
  const START = "{START}"; // the command that starts the app: first_page.py writes it here, and
  const SCREENS = "{SCREENS}"; // the last parts of the screens' addresses
  const base = new URL("./", location.href); // Selfsight's own folder, before Streamlit changes the address

  // Streamlit would look for its server below the screen's name first, /data/_stcore/health, and two 404s would stand in the console
  if (SCREENS.includes(location.pathname.split("/").at(-1))) window.__streamlit = { ...window.__streamlit, BACKEND_BASE_URL: base.href };

  const connected = () => document.querySelector('[data-testid="stApp"][data-test-connection-state="CONNECTED"]') !== null;

  async function asked() {
    // Selfsight's answer to a request that passes all its checks of who asks, POST so that the browser adds its Origin. null: none in time.
    // Status 0: nobody takes the request.
    try {
      const answer = await fetch(new URL("api/health", base), { method: "POST", signal: AbortSignal.timeout(PATIENCE) });
      return { status: answer.status, plain: (answer.headers.get("content-type") || "").startsWith("text/plain"), text: await answer.text() };
    } catch (fault) {
      return fault.name === "TimeoutError" ? null : { status: 0, plain: false, text: "" };
    }
  }

  function knocked() {
    // What becomes of a connection like Streamlit's: "open", "refused", or "silent" where nothing answers it.
    return new Promise((say) => {
      const socket = new WebSocket(new URL("_stcore/stream", base).href.replace(/^http/, "ws"), ["streamlit"]);
      const end = (word) => {
        say(word);
        socket.close();
      };
      socket.onopen = () => end("open");
      socket.onerror = socket.onclose = () => end("refused");
      setTimeout(end, PATIENCE, "silent");
    });
  }

  async function reason(met) {
    // The lines to say; null where nothing is known to be wrong. met: there was a connection before.
    const answer = await asked();
    if (answer === null) return met ? gone() : null; // a server that starts may be busy
    if (answer.status === 0 || (met && answer.status >= 500)) return gone(); // from 500 on: a proxy's word on a server that has ended
    if (answer.status !== 200) return refused(answer);
    const word = await knocked();
    if (word === "open" || connected()) return null;
    if (word === "silent" && (await asked()) === null) return null; // the server is busy: the connection may still come
    return [
      `This page stays empty: requests reach Selfsight at ${base.href}, but its websocket (_stcore/stream) is ${word === "silent" ? "left without an answer" : "refused"} on the way.`,
      "Switch websockets on in the proxy between this browser and Selfsight:",
      '• nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_set_header Host $http_host;',
      "• JupyterHub and JupyterLab: a recent jupyter-server-proxy (4.6 passes them)",
      "• a VPN, a company's proxy or an extension of the browser: exempt this address from it",
    ];
  }

  function gone() {
    const here = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
    const port = here && base.pathname === "/" && location.port !== PORT ? ` --port ${location.port}` : "";
    return [
      "Selfsight doesn’t answer.",
      "The program has ended, or the way to it is interrupted. Trainings go on by themselves, and what was saved is kept.",
      `${here ? "Start it again" : "Start it again where it runs"}${START.includes("start.py") ? ", in its folder" : ""}: ${START}${port}`,
      "This page comes back by itself as soon as it answers.",
    ];
  }

  function refused({ status, plain, text }) {
    const own = plain && text.trim() && text.length < LONGEST;
    if (own) return ["Selfsight refuses the requests of this page.", text.trim()];
    return [
      `This page stays empty: ${new URL("api/health", base).href} answers with status ${status}.`,
      `A proxy must pass everything below ${base.pathname} on to Selfsight, POST requests and websockets too. Is the end of the address right?`,
    ];
  }

  function show(lines) {
    const box = document.createElement("main");
    const app = document.querySelector('[data-testid="stApp"]'); // drawn already, unless it never came so far: then the browser's colours
    const { backgroundColor, color, fontFamily } = app ? getComputedStyle(app) : { backgroundColor: "Canvas", color: "CanvasText", fontFamily: "system-ui,sans-serif" };
    box.setAttribute("role", "alert");
    box.style.cssText = `position:fixed;inset:0;z-index:2147483647;overflow:auto;padding:12vh 8vw;background:${backgroundColor};color:${color};color-scheme:light dark;font:1rem/1.6 ${fontFamily}`;
    for (const [place, line] of lines.entries()) {
      const words = document.createElement("p");
      words.style.cssText = `max-width:70ch;margin:0 0 1em;overflow-wrap:anywhere${place ? "" : ";font-size:1.5rem;font-weight:600"}`;
      words.textContent = line;
      box.append(words);
    }
    document.body.append(box);
    return box;
  }

  async function look() {
    let [box, said, since, met] = [null, "", performance.now(), false];
    for (;;) {
      await new Promise((go) => setTimeout(go, GLANCE));
      if (connected()) {
        box?.remove();
        if (!met && (await barred())) return;
        if (box && met) mend();
        [box, said, since, met] = [null, "", null, true];
        continue;
      }
      since ??= performance.now();
      if (performance.now() - since < (met ? LOST : GRACE)) continue;
      const lines = await reason(met);
      if (connected()) continue;
      since = performance.now();
      if (said === (lines ?? []).join()) continue;
      box?.remove();
      [box, said] = [lines && show(lines), (lines ?? []).join()];
    }
  }

  function mend() {
    // What was asked for while nobody answered isn't asked for again by itself: pictures, and parts of Streamlit's script.
    if (document.body.innerText.includes("dynamically imported module")) location.reload();
    for (const image of document.images) if (image.complete && !image.naturalWidth && image.src) image.src = image.src;
  }

  async function barred() {
    // Streamlit lets some visitors in whom our own routes refuse: no script and no label would pass.
    const answer = await asked();
    const no = answer !== null && [400, 401, 403].includes(answer.status);
    if (no) show(refused(answer));
    return no;
  }

  look();
})();
