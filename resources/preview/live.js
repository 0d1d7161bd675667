/* Runs in a world of its own inside the preview: keeps the page in step with what is being written, without reloading
   it and without losing the reader's place. Nothing here is reachable from the page's own scripts. */
"use strict";
(() => {
  const plain = (node) =>
    node.nodeType === Node.ELEMENT_NODE ? node.outerHTML.replace(/ data-line="\d+"/g, "") : node.textContent;

  const meaningful = (parent) =>
    [...parent.childNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE || node.textContent.trim());

  const takeLines = (kept, fresh) => {
    if (kept.nodeType !== Node.ELEMENT_NODE) return;
    const ours = [kept, ...kept.querySelectorAll("*")];
    const theirs = [fresh, ...fresh.querySelectorAll("*")];
    ours.forEach((element, index) => {
      const line = theirs[index]?.getAttribute("data-line");
      if (line === null || line === undefined) element.removeAttribute("data-line");
      else if (element.getAttribute("data-line") !== line) element.setAttribute("data-line", line);
    });
  };

  /* Pictures that were shown already go on showing: their elements move into the new blocks. */
  const keepPictures = (removed, added) => {
    const shown = new Map();
    for (const node of removed) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      for (const image of node.querySelectorAll("img")) shown.set(image.outerHTML, image);
    }
    for (const node of added) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      for (const image of node.querySelectorAll("img")) {
        const old = shown.get(image.outerHTML);
        if (old) image.replaceWith(old);
      }
    }
  };

  const blocks = (target, html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const old = meaningful(target);
    const fresh = meaningful(holder.content);
    const oldKeys = old.map(plain);
    const freshKeys = fresh.map(plain);
    let head = 0;
    while (head < old.length && head < fresh.length && oldKeys[head] === freshKeys[head]) {
      takeLines(old[head], fresh[head]);
      head += 1;
    }
    let tail = 0;
    while (
      tail < Math.min(old.length, fresh.length) - head &&
      oldKeys[old.length - 1 - tail] === freshKeys[fresh.length - 1 - tail]
    ) {
      takeLines(old[old.length - 1 - tail], fresh[fresh.length - 1 - tail]);
      tail += 1;
    }
    const removed = old.slice(head, old.length - tail);
    const added = fresh.slice(head, fresh.length - tail);
    keepPictures(removed, added);
    const before = old[old.length - tail] ?? null;
    for (const node of added) target.insertBefore(document.adoptNode(node), before);
    for (const node of removed) node.remove();
  };

  const PARTS = ["header", "main", "aside", "footer", ".wayfinding"];

  const part = (page, selector) => page.querySelector(`body > ${selector}, body > .wrap > ${selector}`);

  /* What a page wears: style sheets, scripts, and which parts it has. Another theme has others. */
  const dress = (page) =>
    JSON.stringify([
      [...page.querySelectorAll("link[rel~=stylesheet]")].map((link) => link.getAttribute("href")),
      [...page.querySelectorAll("script[src*='assets/']")].map((script) => script.getAttribute("src")),
      PARTS.map((selector) => part(page, selector) !== null),
    ]);

  let followed = null;

  const body = () => document.getElementById("article-body");

  const lined = () => [...(body()?.querySelectorAll("[data-line]") ?? [])];

  window.chceLive = {
    /* The article's body as it stands now. */
    body(html) {
      const target = body();
      if (target) blocks(target, html);
      return Boolean(target);
    },

    /* The whole page again, where more than the body changed. The page's own scripts go on with what they hold. */
    page(html) {
      const fresh = new DOMParser().parseFromString(html, "text/html");
      if (dress(document) !== dress(fresh)) return location.reload();
      // From here on the blocks of every page are newer than the fragment of them that may still be on its way.
      for (const page of [document, fresh]) {
        for (const shared of page.querySelectorAll("[data-shared]")) shared.removeAttribute("data-shared");
      }
      const [x, y] = [scrollX, scrollY];
      if (document.title !== fresh.title) document.title = fresh.title;
      const walk = (ours, theirs) => {
        if (ours.id === "search") return; // what was found, which only the page's own script knows
        if (plain(ours) === plain(theirs)) return takeLines(ours, theirs);
        if (ours.id === "article-body" && theirs.id === "article-body") return blocks(ours, theirs.innerHTML);
        const left = meaningful(ours);
        const right = meaningful(theirs);
        const alike =
          left.length === right.length &&
          left.length > 0 &&
          left.every((node, index) => node.nodeName === right[index].nodeName);
        if (ours.nodeType === Node.ELEMENT_NODE && alike && !left.some((node) => node.nodeType === Node.TEXT_NODE)) {
          left.forEach((node, index) => walk(node, right[index]));
        } else {
          ours.replaceWith(document.adoptNode(theirs));
        }
      };
      for (const selector of PARTS) {
        const ours = part(document, selector);
        const theirs = part(fresh, selector);
        if (ours && theirs) walk(ours, theirs);
      }
      scrollTo({ left: x, top: y, behavior: "instant" });
    },

    /* Show the block of a source line, without moving when it shows already. */
    follow(line) {
      followed = line;
      let found = null;
      for (const element of lined()) {
        if (Number(element.dataset.line) <= line) found = element;
        else if (found) break;
      }
      if (!found) {
        if (line <= 0) scrollTo({ top: 0, behavior: "instant" });
        return;
      }
      const box = found.getBoundingClientRect();
      if (box.top >= innerHeight * 0.08 && box.bottom <= innerHeight * 0.85) return;
      if (box.height > innerHeight * 0.7 && box.top < innerHeight * 0.5 && box.bottom > innerHeight * 0.5) return;
      scrollTo({ top: scrollY + box.top - innerHeight * 0.3, behavior: "instant" });
    },
  };

  /* Another width: the same block shows. */
  addEventListener("resize", () => {
    if (followed !== null) chceLive.follow(followed);
  });

  document.addEventListener("click", (event) => {
    if (event.button !== 0 || event.defaultPrevented || String(getSelection())) return;
    if (event.target.closest("a, button, input, select, textarea, label, summary, iframe")) return;
    const block = event.target.closest("[data-line]");
    if (block && body()?.contains(block)) location.assign(`chce://desk/line/${block.dataset.line}`);
  });
})();
