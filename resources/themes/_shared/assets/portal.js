// What a reader's browser adds to a page: text size, automatic scrolling, page tools, blocks of today.
(() => {
  "use strict";
  const root = document.body.dataset.root;
  const html = document.documentElement;
  const say = (place, text) => { if (place) { place.textContent = ""; requestAnimationFrame(() => { place.textContent = text; }); } };

  // Blocks that stand on every page, as they are today.
  const place = (text) => text.split("{root}").join(root);
  window.chceShared = (parts) => {
    for (const [name, [version, content]] of Object.entries(parts)) {
      for (const element of document.querySelectorAll(`[data-shared="${name}"]`)) {
        if (element.dataset.version !== version && !element.contains(document.activeElement)) {
          element.innerHTML = place(content);
          element.dataset.version = version;
        }
      }
    }
  };
  window.chceReads = (counts, until) => {
    for (const element of document.querySelectorAll("[data-reads]")) {
      const count = counts[element.dataset.reads];
      if (count !== undefined && element.textContent !== String(count)) element.textContent = count;
      if (until && !element.dataset.until) {
        element.dataset.until = until;
        element.after(Object.assign(document.createElement("small"), { textContent: ` (${until})` }));
      }
    }
  };
  const load = (path) => {
    const script = document.createElement("script");
    script.src = root + path;
    script.async = true;
    document.head.append(script);
  };
  // Asked for by what the page has, so that no cache puts older blocks into it than its own.
  const shown = [...document.querySelectorAll("[data-shared]")].map((element) => element.dataset.version);
  if (shown.length) load(`fragments/shared.js?v=${[...new Set(shown)].join("")}`);

  // What is wider than its place scrolls; then it can be reached by Tab, and scrolled with the arrow keys.
  // Looked at before the page counts as loaded too: the observer waits for a frame, which a slow computer draws late.
  const reach = (element) => {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0; else element.removeAttribute("tabindex");
  };
  const wide = new ResizeObserver((entries) => { for (const { target } of entries) reach(target); });
  for (const element of document.querySelectorAll(".prose pre, .prose table")) { reach(element); wide.observe(element); }
  const reads = document.querySelector("[data-reads]");
  if (reads) load(`fragments/reads-${reads.dataset.block}.js`);

  for (const element of document.querySelectorAll("[data-color]")) {
    element.style.setProperty("--title-color", element.dataset.color);
  }

  // 文字 大 中 小
  const SIZES = ["large", "medium", "small"];
  const sizes = [...document.querySelectorAll("[data-size]")];
  const remember = (size) => { try { localStorage.setItem("chce-text-size", size); } catch { /* private window */ } };
  const remembered = () => { try { return localStorage.getItem("chce-text-size"); } catch { return null; } };
  const resize = (size) => {
    if (!SIZES.includes(size)) return;
    html.dataset.textSize = size;
    for (const button of sizes) button.setAttribute("aria-pressed", String(button.dataset.size === size));
  };
  resize(remembered());
  for (const button of sizes) {
    button.addEventListener("click", () => { resize(button.dataset.size); remember(button.dataset.size); });
  }

  // 自动滚屏: a click starts, a right click pauses, Esc stops.
  const scroller = document.getElementById("autoscroll");
  if (scroller) {
    const status = document.getElementById("reading-status");
    const label = scroller.textContent;
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    const PIXELS_PER_SECOND = 45;
    const STEP_SECONDS = 4;
    const LONGEST_FRAME = 250;
    let state = "stopped";
    let frame = 0;
    let last = 0;
    let owed = 0;
    const atEnd = () => scrollY + innerHeight >= html.scrollHeight - 1;
    const show = (next, word) => {
      state = next;
      scroller.setAttribute("aria-pressed", String(state === "running"));
      scroller.textContent = state === "paused" ? scroller.dataset.resume : label;
      say(status, scroller.dataset[word]);
    };
    const stop = (next, word) => { cancelAnimationFrame(frame); show(next, word); };
    const tick = (now) => {
      // While the page is hidden, or the computer busy, no frame is drawn: one goes on where one was.
      owed += (Math.max(0, Math.min(now - last, LONGEST_FRAME)) / 1000) * PIXELS_PER_SECOND;
      last = now;
      // Readers who want little motion get a step now and then instead of a glide.
      const step = calm.matches ? PIXELS_PER_SECOND * STEP_SECONDS : 1;
      if (owed >= step) {
        const whole = Math.floor(owed);
        owed -= whole;
        scrollBy({ top: whole, behavior: "instant" });
      }
      if (atEnd()) stop("stopped", "stopped");
      else frame = requestAnimationFrame(tick);
    };
    const start = () => {
      if (atEnd()) return;
      owed = 0;
      last = performance.now();
      show("running", "running");
      frame = requestAnimationFrame(tick);
    };
    scroller.addEventListener("click", () => { if (state === "running") stop("paused", "paused"); else start(); });
    document.addEventListener("contextmenu", (event) => {
      if (state !== "running") return;
      event.preventDefault();
      stop("paused", "paused");
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && state !== "stopped") stop("stopped", "stopped");
    });
  }

  // How much of the article is read. A transform moves nothing else of the page.
  const progress = document.getElementById("reading-progress");
  const body = document.getElementById("article-body");
  if (progress && body) {
    let asked = false;
    const show = () => {
      asked = false;
      const place = body.getBoundingClientRect();
      const read = (innerHeight - place.top) / Math.max(1, place.height);
      progress.style.transform = `scaleX(${Math.min(1, Math.max(0, read))})`;
    };
    const ask = () => { if (!asked) { asked = true; requestAnimationFrame(show); } };
    addEventListener("scroll", ask, { passive: true });
    addEventListener("resize", ask, { passive: true });
    ask();
  }

  // 复制地址 | 打印本页 | 关闭窗口
  const status = document.getElementById("page-status");
  const copyByHand = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const on = (id, work) => {
    const button = document.getElementById(id);
    if (button) button.addEventListener("click", () => work(button));
  };
  on("copy-address", async (button) => {
    const text = location.href.split("#")[0];
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      done = copyByHand(text);
      button.focus();
    }
    say(status, done ? button.dataset.done : button.dataset.failed);
  });
  on("print-page", () => print());
  on("close-window", (button) => {
    close();
    setTimeout(() => { if (!window.closed) say(status, button.dataset.refused); }, 150);
  });
})();
