// Search in the published site: reads the static index in search/, which docs/search.md describes.
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
  window.chceSearch = (name, data) => { waiting.get(name)?.(data); waiting.delete(name); };
  const load = (name) => {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        script.src = `${root}search/${name}.js`;
        // Hosts may answer with a page for what is missing: that loads, and hands over nothing.
        script.onload = script.onerror = () => { if (waiting.delete(name)) { loaded.delete(name); reject(new Error(name)); } };
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
    for (const character of term) value = (value + character.codePointAt(0)) * 40503 % 1000003;
    return Math.floor(value * buckets / 1000003);
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

  // Articles of a list: as differences, or as bits, six in a digit.
  const articlesIn = (value) => {
    if (value[0] === "~") return rising(value.slice(1));
    const found = [];
    for (let i = 1; i < value.length; i += 1) {
      const six = digits[value.charCodeAt(i)];
      for (let bit = 0; bit < 6; bit += 1) if (six & (32 >> bit)) found.push((i - 1) * 6 + bit);
    }
    return found;
  };

  // The rows of a file, gram to list. In front of each stands "~" for a pair, or a blank and the number of characters.
  const rowsOf = (text) => {
    const found = new Map();
    for (let at = 0; at < text.length;) {
      let size = 2;
      if (text[at] === " ") size = Number(text[at += 1]);
      const start = at += 1;
      for (; size > 0; size -= 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
      const gram = text.slice(start, at);
      let end = at + 1;
      while (end < text.length && text[end] !== "~" && text[end] !== " ") end += 1;
      found.set(gram, text.slice(at, end));
      at = end;
    }
    return found;
  };
  const row = async (piece, kind, gram) => {
    const { group, directory } = piece;
    const files = directory.groups[group]["thp".indexOf(kind)];
    const pieces = await load(`${group}/${kind}${bucket(gram, files)}`);
    if (typeof pieces[piece.number] === "string") pieces[piece.number] = rowsOf(pieces[piece.number]);
    return pieces[piece.number].get(gram);
  };

  // The grams of which some piece of a group has the articles; such strings of all of two characters, of three, and on.
  const LONGEST_COMMON = 5;
  const commonOf = async (group) => {
    const about = await load(`${group}/m`);
    if (!about.grams) {
      about.grams = new Set();
      about.common.forEach((all, i) => {
        const characters = [...all];
        for (let at = 0; at < characters.length; at += i + 2) about.grams.add(characters.slice(at, at + i + 2).join(""));
      });
    }
    return about.grams;
  };

  // The longest of these grams of which the piece has the articles, and they; nothing where there is none.
  const common = async (piece, field, grams) => {
    if (field === "title") return null;
    const known = await commonOf(piece.group);
    for (const gram of grams) {
      const articles = known.has(gram.join("")) ? await row(piece, "h", gram.join("")) : undefined;
      if (articles !== undefined) return { size: gram.length, articles };
    }
    return null;
  };

  const meta = async (piece) => {
    const about = (await load(`${piece.group}/m`)).pieces[piece.number];
    about.slots ??= rising(about.more);
    return about;
  };

  // The article of a slot: slots that go on with the article before them do not count.
  const owner = (more, slot) => {
    let low = 0;
    let high = more.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (more[middle] <= slot) low = middle + 1; else high = middle;
    }
    return slot - low;
  };

  // Places at which a term stands, or the list of its articles. Grams with their places cover the term: at its
  // beginning what follows the longest common gram and one character more, at its end what ends with it and one before.
  const covered = async (piece, field, characters) => {
    const size = characters.length;
    const kind = field === "title" ? "t" : "p";
    const lengths = (most) => Array.from({ length: Math.max(0, Math.min(LONGEST_COMMON, most) - 1) }, (_, i) => Math.min(LONGEST_COMMON, most) - i);
    let places = null;
    let reached = 0;
    while (reached < size) {
      let start = reached;
      const first = await common(piece, field, lengths(size - start).map((n) => characters.slice(start, start + n)));
      let end = start + (first ? first.size + 1 : 2);
      if (end > size) {
        if (start === 0) return first.articles;
        const last = await common(piece, field, lengths(size - 1).map((n) => characters.slice(size - n)));
        end = size;
        start = size - (last ? last.size + 1 : 2);
      }
      const list = rising((await row(piece, kind, characters.slice(start, end).join(""))) ?? "").map((n) => n - start);
      const there = new Set(list);
      places = places ? places.filter((n) => there.has(n)) : list;
      if (!places.length) break;
      reached = end;
    }
    return places;
  };

  const articlesOfTerm = async (piece, field, term) => {
    const characters = [...term];
    const single = field === "title" ? "t" : "h";
    const found = characters.length === 1 ? (await row(piece, single, term)) ?? "~" : await covered(piece, field, characters);
    if (typeof found === "string") return new Set(articlesIn(found));
    if (!found.length) return new Set();
    if (field === "title") return new Set(found.map((n) => Math.floor(n / piece.directory.slot)));
    const { shift, slots } = await meta(piece);
    return new Set(found.map((n) => owner(slots, Math.floor(n / 2 ** shift))));
  };

  // Rare terms are looked for first: where they leave nothing, no more is read.
  const inPiece = async (piece, field, terms) => {
    const known = field === "title" ? new Set() : await commonOf(piece.group);
    const isCommon = (term) => [...term].length === 1 || known.has([...term].slice(0, 2).join(""));
    const sets = [];
    for (const term of [...terms.filter((term) => !isCommon(term)), ...terms.filter(isCommon)]) {
      const set = await articlesOfTerm(piece, field, term);
      if (!set.size) return [];
      sets.push(set);
    }
    sets.sort((a, b) => a.size - b.size);
    const dead = new Set(piece.dead);
    return [...sets[0]].filter((n) => !dead.has(n) && sets.every((set) => set.has(n))).sort((a, b) => a - b);
  };

  const byDate = (a, b) => b.day - a.day || b.id - a.id;

  // All hits: `count` of them, and `upTo(n)` gives the newest n. Ids are loaded for the blocks that these are in.
  const find = async (field, terms) => {
    const directory = await load("index");
    if (!digits) {
      digits = [];
      [...directory.alphabet].forEach((character, i) => { digits[character.charCodeAt(0)] = i; });
    }
    const pieces = Object.entries(directory.groups).flatMap(([group, row]) => row[3].map((dead, number) => ({ directory, group, number, dead })));
    const lists = await Promise.all(pieces.map((piece) => inPiece(piece, field, terms)));
    const blocks = [];
    for (const [i, piece] of pieces.entries()) {
      if (!lists[i].length) continue;
      const { days } = await meta(piece);
      const inBlocks = new Map();
      for (const n of lists[i]) {
        const block = Math.floor(n / directory.block);
        if (!inBlocks.has(block)) inBlocks.set(block, []);
        inBlocks.get(block).push(n % directory.block);
      }
      for (const [block, rows] of inBlocks) blocks.push({ name: `${piece.group}/i${piece.number}-${block}`, newest: days[block][0], rows });
    }
    blocks.sort((a, b) => b.newest - a.newest);
    const newest = directory.newest ? await load("x") : [];
    let sure = newest
      .filter(([, , title, text]) => terms.every((term) => (field === "title" ? title : text).includes(term)))
      .map(([id, day]) => ({ id, day }));
    const count = sure.length + lists.reduce((sum, list) => sum + list.length, 0);
    const gather = async (wanted) => {
      sure.sort(byDate);
      while (blocks.length && !(sure.length >= wanted && sure[wanted - 1].day > blocks[0].newest)) {
        const { name, rows } = blocks[0];
        const block = await load(name);
        blocks.shift();
        const ids = numbers(block.ids);
        let day = 0;
        const days = numbers(block.days).map((n, i) => (day = i ? day - n : n));
        sure = sure.concat(rows.map((n) => ({ id: ids[n], day: days[n] }))).sort(byDate);
      }
      return sure.slice(0, wanted);
    };
    // One after the other: on a slow line a page is asked for again before its blocks are there.
    let before = Promise.resolve();
    const upTo = (wanted) => (before = before.catch(() => {}).then(() => gather(wanted)));
    return { count, upTo };
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

  // The text around a hit is read from the article's own page, when a reader comes to it and where the browser may (not
  // from a disk).
  const deepen = async (paragraph) => {
    const { path, terms } = paragraph.wanted;
    try {
      const answer = await fetch(root + path);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const body = page.getElementById("article-body");
      const piece = body && around(body.textContent.replace(/\s+/g, " "), terms);
      if (piece && paragraph.isConnected) paragraph.replaceChildren(marked(piece, terms));
    } catch { /* the beginning of the article stays */ }
  };
  const inSight = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) { inSight.unobserve(target); deepen(target); }
    }
  });

  let run = 0;
  const show = async (hits, terms, field, page) => {
    const mine = run;
    const shown = (await hits.upTo(page * PER_PAGE)).slice((page - 1) * PER_PAGE);
    const cards = (await load("index")).cards;
    const files = await Promise.all(shown.map((hit) => load(`c/${Math.floor(hit.id / cards)}`)));
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
      if (field !== "title" && !text.querySelector("mark") && location.protocol.startsWith("http")) {
        text.wanted = { path, terms };
        inSight.observe(text);
      }
      return item;
    }));
    results.start = (page - 1) * PER_PAGE + 1;
    pages(hits, terms, field, page);
  };

  const pages = (hits, terms, field, page) => {
    const total = Math.ceil(hits.count / PER_PAGE);
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
          if (link.href !== location.href) history.pushState(null, "", link.href);
          turn(hits, terms, field, target);
        });
      }
      bar.append(link);
    };
    if (page > 1) add(words.previous, page - 1);
    add(words.page.replace("{n}", page).replace("{total}", total));
    if (page < total) add(words.next, page + 1);
    pager.append(bar);
  };

  const turn = async (hits, terms, field, page) => {
    const mine = (run += 1);
    try {
      await show(hits, terms, field, page);
      if (mine !== run) return;
      status.tabIndex = -1;
      status.focus();
    } catch {
      if (mine === run) status.textContent = words.failed;
    }
  };

  const search = async (typed = "") => {
    const query = new URLSearchParams(location.search);
    const text = query.get("q") ?? "";
    const field = query.get("in") === "body" ? "body" : "title";
    input.value = typed || text;
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
      const total = Math.max(1, Math.ceil(hits.count / PER_PAGE));
      const page = Math.min(Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1), total);
      status.textContent = hits.count
        ? words.found.replace("{n}", hits.count.toLocaleString("en").replace(/,/g, " "))
        : words.none.replace("{query}", text);
      status.dataset.count = hits.count;
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
  window.addEventListener("popstate", () => search());
  // On a slow line a reader may be typing before this script is there.
  search(document.activeElement === input ? input.value : "");
})();
