// Search in the published site: reads the static index in search/, which docs/addresses.md describes.
(() => {
  "use strict";
  const place = document.getElementById("search");
  if (!place) return;
  const root = document.body.dataset.root;
  const status = document.getElementById("search-status");
  const results = document.getElementById("search-results");
  const pager = document.getElementById("search-pager");
  const words = place.dataset;
  const form = document.querySelector(".search-box form");
  const input = form.elements.q;
  const PER_PAGE = 10;

  // Files of the index are scripts that hand over their data, so that they load from a disk as well as from a host.
  const waiting = new Map();
  const loaded = new Map();
  window.chceSearch = (name, data) => { waiting.get(name)?.(data); };
  const load = (name) => {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        script.src = `${root}search/${name}.js`;
        script.onerror = () => { loaded.delete(name); reject(new Error(name)); };
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  };

  // Case folding as Unicode defines it: the index tells where that is more than lower case.
  let folds = {};
  const fold = (text) => [...text].map((c) => folds[c] ?? c.toLowerCase()).join("");

  // Terms are separated by blanks; "…" holds a phrase with blanks.
  const termsOf = (query) => {
    const found = [];
    let at = 0;
    while (at < query.length) {
      if (/\s/.test(query[at])) { at += 1; continue; }
      const close = query[at] === '"' ? query.indexOf('"', at + 1) : -1;
      if (close > at + 1 && (close + 1 === query.length || /\s/.test(query[close + 1]))) {
        found.push(query.slice(at + 1, close));
        at = close + 1;
        continue;
      }
      let end = at;
      while (end < query.length && !/\s/.test(query[end])) end += 1;
      found.push(query.slice(at, end));
      at = end;
    }
    return [...new Set(found.map(fold))];
  };

  const bucket = (term, buckets) => {
    let value = 0;
    for (const character of term) value = (value * 31 + character.codePointAt(0)) % 1000003;
    return value % buckets;
  };

  let digits = null;
  const numbers = (text) => {
    const found = [];
    let value = 0;
    for (let i = 0; i < text.length; i += 1) {
      const digit = digits[text.charCodeAt(i)];
      if (digit < 45) { found.push(value * 45 + digit); value = 0; } else value = value * 45 + digit - 45;
    }
    return found;
  };
  const rising = (text) => {
    let sum = 0;
    return numbers(text).map((n) => (sum += n));
  };

  const segmentMeta = async (name, unit) => {
    const meta = await load(`${name}/m`);
    if (!meta.parsed) {
      const ids = numbers(meta.ids);
      let day = 0;
      const days = numbers(meta.days).map((n, i) => (day = i ? day - n : n));
      let start = 0;
      const starts = numbers(meta.lengths).map((n) => { const here = start; start += n * unit; return here; });
      meta.parsed = { ids, days, starts };
    }
    return meta.parsed;
  };

  // Places at which a whole term stands: pairs that follow each other at the right distance.
  const placesOf = async (segment, kind, buckets, characters) => {
    const offsets = [];
    for (let i = 0; i + 1 < characters.length; i += 2) offsets.push(i);
    if (characters.length % 2) offsets.push(characters.length - 2);
    const lists = await Promise.all(offsets.map(async (offset) => {
      const pair = characters[offset] + characters[offset + 1];
      const file = await load(`${segment}/${kind}${bucket(pair, buckets)}`);
      return rising(file[pair] ?? "").map((n) => n - offset);
    }));
    lists.sort((a, b) => a.length - b.length);
    return lists.slice(1).reduce((left, list) => { const there = new Set(list); return left.filter((n) => there.has(n)); }, lists[0]);
  };

  const slotOf = (starts, at) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= at) low = middle; else high = middle - 1;
    }
    return low;
  };

  const slotsOfTerm = async (directory, row, field, term) => {
    const [name, titles, holders, places] = row;
    const characters = [...term];
    if (field === "title") {
      const at = characters.length === 1
        ? rising((await load(`${name}/t${bucket(term, titles)}`))[term] ?? "")
        : await placesOf(name, "t", titles, characters);
      return new Set(at.map((n) => Math.floor(n / directory.slot)));
    }
    if (characters.length < 3) return new Set(rising((await load(`${name}/d${bucket(term, holders)}`))[term] ?? ""));
    const [{ starts }, at] = await Promise.all([segmentMeta(name, directory.unit), placesOf(name, "p", places, characters)]);
    return new Set(at.map((n) => slotOf(starts, n)));
  };

  const inSegment = async (directory, row, field, terms) => {
    const [meta, ...sets] = await Promise.all([
      segmentMeta(row[0], directory.unit),
      ...terms.map((term) => slotsOfTerm(directory, row, field, term)),
    ]);
    sets.sort((a, b) => a.size - b.size);
    const dead = new Set(row[4]);
    const hits = [];
    for (const slot of sets[0]) {
      if (sets.every((set) => set.has(slot)) && !dead.has(meta.ids[slot])) hits.push({ id: meta.ids[slot], day: meta.days[slot] });
    }
    return hits;
  };

  const find = async (field, terms) => {
    const directory = await load("index");
    if (!digits) {
      digits = [];
      [...directory.alphabet].forEach((character, i) => { digits[character.charCodeAt(0)] = i; });
    }
    const found = (await Promise.all(directory.segments.map((row) => inSegment(directory, row, field, terms)))).flat();
    return found.sort((a, b) => b.day - a.day || b.id - a.id);
  };

  // Marks where terms stand. Folding may change lengths; then the text stays unmarked rather than wrongly marked.
  const marked = (text, terms) => {
    const folded = fold(text);
    const pieces = document.createDocumentFragment();
    if (folded.length !== text.length) { pieces.append(text); return pieces; }
    const spans = [];
    for (const term of terms) {
      for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) spans.push([at, at + term.length]);
    }
    spans.sort((a, b) => a[0] - b[0]);
    let done = 0;
    for (const [start, end] of spans) {
      if (start < done) continue;
      pieces.append(text.slice(done, start));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end);
      pieces.append(mark);
      done = end;
    }
    pieces.append(text.slice(done));
    return pieces;
  };

  const around = (text, terms) => {
    const folded = fold(text);
    const at = Math.min(...terms.map((term) => folded.indexOf(term)).filter((n) => n >= 0));
    if (!Number.isFinite(at)) return null;
    const start = Math.max(0, at - 40);
    return (start ? "…" : "") + text.slice(start, at + 80).trim() + (at + 80 < text.length ? "…" : "");
  };

  // The text around a hit is read from the article's own page, where the browser may (not from a disk).
  const deepen = async (paragraph, path, terms) => {
    if (!location.protocol.startsWith("http")) return;
    try {
      const answer = await fetch(root + path);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const body = page.getElementById("article-body");
      const piece = body && around(body.textContent.replace(/\s+/g, " "), terms);
      if (piece && paragraph.isConnected) paragraph.replaceChildren(marked(piece, terms));
    } catch { /* the beginning of the article stays */ }
  };

  let run = 0;
  const show = async (hits, terms, field, page) => {
    const mine = run;
    const shown = hits.slice((page - 1) * PER_PAGE, page * PER_PAGE);
    const files = await Promise.all(shown.map((hit) => load(`c/${Math.floor(hit.id / 32)}`)));
    if (mine !== run) return;
    results.replaceChildren(...shown.map((hit, i) => {
      const [title, path, date, column, beginning] = files[i][hit.id];
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + path;
      link.append(marked(title, field === "title" ? terms : []));
      const facts = document.createElement("p");
      facts.className = "facts";
      facts.textContent = [date, column].filter(Boolean).join(" · ");
      const text = document.createElement("p");
      text.append(marked(beginning, terms));
      item.append(link, facts, text);
      if (field !== "title" && !text.querySelector("mark")) deepen(text, path, terms);
      return item;
    }));
    results.start = (page - 1) * PER_PAGE + 1;
    pages(hits, terms, field, page);
  };

  const pages = (hits, terms, field, page) => {
    const total = Math.ceil(hits.length / PER_PAGE);
    pager.replaceChildren();
    if (total < 2) return;
    const bar = document.createElement("nav");
    bar.className = "pager";
    bar.setAttribute("aria-label", words.pager);
    const add = (text, target) => {
      const link = document.createElement(target ? "a" : "span");
      link.textContent = text;
      if (target) {
        const query = new URLSearchParams(location.search);
        query.set("page", target);
        link.href = `?${query}`;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          history.pushState(null, "", link.href);
          show(hits, terms, field, target).then(() => { status.tabIndex = -1; status.focus(); });
        });
      }
      bar.append(link);
    };
    if (page > 1) add(words.previous, page - 1);
    add(words.page.replace("{n}", page).replace("{total}", total));
    if (page < total) add(words.next, page + 1);
    pager.append(bar);
  };

  const search = async () => {
    const query = new URLSearchParams(location.search);
    const text = query.get("q") ?? "";
    const field = query.get("in") === "body" ? "body" : "title";
    input.value = text;
    for (const radio of form.querySelectorAll('[name="in"]')) radio.checked = radio.value === field;
    const mine = (run += 1);
    results.replaceChildren();
    pager.replaceChildren();
    delete status.dataset.count;
    if (!text.trim()) { status.textContent = words.start; return; }
    status.textContent = words.loading;
    try {
      folds = (await load("index")).folds;
      const terms = termsOf(text);
      const hits = await find(field, terms);
      if (mine !== run) return;
      const total = Math.max(1, Math.ceil(hits.length / PER_PAGE));
      const page = Math.min(Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1), total);
      status.textContent = hits.length
        ? words.found.replace("{n}", hits.length.toLocaleString("en").replace(/,/g, " "))
        : words.none.replace("{query}", text);
      status.dataset.count = hits.length;
      await show(hits, terms, field, page);
    } catch {
      if (mine === run) status.textContent = words.failed;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams(new FormData(form));
    history.pushState(null, "", `?${query}`);
    search();
  });
  window.addEventListener("popstate", search);
  search();
})();
