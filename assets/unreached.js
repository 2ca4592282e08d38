// Says why the page stays empty where the connection to Selfsight is not let through. Part of the first page itself, see
// pages/_kit/server/first_page.py. Streamlit tries on without a word; once it is connected, what was said is taken away.

(() => {
  const GLANCE = 250; // milliseconds between two looks at the page
  const GRACE = 2500; // milliseconds that Streamlit has before we look for a reason, and between two tries
  const PATIENCE = 3000; // milliseconds for a request or a connection to be answered: a sentence comes within GRACE + 2 PATIENCE
  const LONGEST = 400; // letters of an answer that are shown
  const base = new URL("./", location.href); // Selfsight's own folder, before Streamlit changes the address

  const connected = () => document.querySelector('[data-testid="stApp"][data-test-connection-state="CONNECTED"]') !== null;

  async function asked() {
    // Selfsight's answer to a request that passes all its checks of who asks, POST so that the browser adds its Origin. null: none in time.
    try {
      const answer = await fetch(new URL("api/health", base), { method: "POST", signal: AbortSignal.timeout(PATIENCE) });
      return { status: answer.status, plain: (answer.headers.get("content-type") || "").startsWith("text/plain"), text: await answer.text() };
    } catch {
      return null;
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

  async function reason() {
    // The lines to say; null where nothing is known to be wrong, or the server doesn't answer, which Streamlit says itself.
    const answer = await asked();
    if (answer === null) return null;
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
    box.setAttribute("role", "alert");
    box.style.cssText = "position:fixed;inset:0;z-index:2147483647;overflow:auto;padding:12vh 8vw;background:Canvas;color:CanvasText;color-scheme:light dark;font:1rem/1.6 system-ui,sans-serif";
    for (const line of lines) {
      const words = document.createElement("p");
      words.style.cssText = "max-width:70ch;margin:0 0 1em;overflow-wrap:anywhere";
      words.textContent = line;
      box.append(words);
    }
    document.body.append(box);
    return box;
  }

  async function look() {
    const began = performance.now();
    let [box, next] = [null, GRACE];
    while (!connected()) {
      await new Promise((go) => setTimeout(go, GLANCE));
      if (performance.now() - began < next || connected()) continue;
      const lines = await reason();
      box?.remove();
      box = lines && !connected() ? show(lines) : null;
      next = performance.now() - began + GRACE;
    }
    box?.remove();
    const answer = await asked(); // Streamlit lets some visitors in whom our own routes refuse: no script and no label would pass
    if (answer && [400, 401, 403].includes(answer.status)) show(refused(answer));
  }

  look();
})();
