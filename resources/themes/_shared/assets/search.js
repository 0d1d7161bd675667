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

  // Files of the index are scripts that hand over their data, so that they load from a disk as well as from a host. A
  // file of a group is asked for by the version that the directory tells, and says its own: an older or a newer one
  // out of some cache hands over nothing, as if it were missing.
  const FORMAT = 14;
  const waiting = new Map();
  const loaded = new Map();
  let past = "";
  window.chceSearch = (name, data) => {
    const wanted = waiting.get(document.currentScript);
    if (wanted?.name !== name) return;
    waiting.delete(document.currentScript);
    wanted.resolve(data);
  };
  const load = (file, version = "", name = version ? `${file}@${version}` : file) => {
    const key = `${file}.js${version && `?v=${version}`}`;
    if (!loaded.has(key)) {
      loaded.set(key, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        waiting.set(script, { name, resolve });
        script.src = `${root}search/${key}${past && `${version ? "&" : "?"}${past}`}`;
        script.onload = script.onerror = () => {
          script.remove();
          if (waiting.delete(script)) { loaded.delete(key); reject(new Error(key)); }
        };
        document.head.append(script);
      }));
    }
    return loaded.get(key);
  };
  let stale = false;
  const directoryNow = async () => {
    const directory = await load("index");
    stale = directory.format !== FORMAT;
    if (stale) throw new Error("this script is older than the index, or newer");
    return directory;
  };
  // After a failure: the directory and what results show are asked for again, and so is what is missing, past caches.
  const again = () => {
    past = `t=${Date.now()}`;
    for (const key of loaded.keys()) if (key === "index.js" || key.startsWith("c/")) loaded.delete(key);
  };

  // Case folding as Unicode defines it, by what browsers have.
  const foldOne = (c) => {
    if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(c)) return c.toUpperCase();
    const lower = c.toLowerCase();
    return c === "\u0130" || c === "\u0131" ? lower : lower.toUpperCase().toLowerCase();
  };
  const fold = (text) => text.replace(/[^\0-@[-`{-\x7f\u2e80-\ua63f\uac00-\ud7ff]/gu, foldOne);

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
    const { group, files, version, number } = piece;
    const pieces = await load(`${group}/${kind}${bucket(gram, files["thp".indexOf(kind)])}`, version);
    if (typeof pieces[number] === "string") pieces[number] = rowsOf(pieces[number]);
    return pieces[number].get(gram);
  };

  // The grams of which all pieces of a group have the articles, or some (strings of all of two characters, of three, and
  // on); and how often each character is in these.
  const LONGEST_COMMON = 5;
  const commonOf = async ({ group, version }) => {
    const about = await load(`${group}/m`, version);
    if (!about.all) {
      const [all, some] = about.common.map((lists) => lists.flatMap((text, i) => {
        const characters = [...text];
        return Array.from({ length: characters.length / (i + 2) }, (_, n) => characters.slice(n * (i + 2), (n + 1) * (i + 2)).join(""));
      }));
      about.all = new Set(all);
      about.some = new Set(some);
      about.often = new Map();
      for (const character of [...all, ...some].join("")) about.often.set(character, (about.often.get(character) ?? 0) + 1);
    }
    return about;
  };
  const NONE = { all: new Set(), some: new Set(), often: new Map() };

  // How many characters the longest of these grams has of which the piece has the articles; 1 where there is none.
  const commonSize = async (piece, known, grams) => {
    for (const gram of grams) {
      if (known.all.has(gram) || (known.some.has(gram) && await row(piece, "h", gram) !== undefined)) return [...gram].length;
    }
    return 1;
  };

  const meta = async (piece) => {
    const about = (await load(`${piece.group}/m`, piece.version)).pieces[piece.number];
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

  const articleOf = async (piece, field) => {
    if (field === "title") return (place) => Math.floor(place / piece.directory.slot);
    const { shift, slots } = await meta(piece);
    return (place) => owner(slots, Math.floor(place / 2 ** shift));
  };

  // The gram with its places that covers a character of a term, where it begins and ends: what follows the longest
  // common gram and one character more; at the term's end what ends with it and one before. Null: the piece has the
  // articles of the term.
  const gramAt = async (piece, known, characters, at) => {
    const size = characters.length;
    const lengths = (most) => Array.from({ length: Math.max(0, Math.min(LONGEST_COMMON, most) - 1) }, (_, i) => Math.min(LONGEST_COMMON, most) - i);
    const cut = (start, end) => characters.slice(start, end).join("");
    const end = at + await commonSize(piece, known, lengths(size - at).map((n) => cut(at, at + n))) + 1;
    if (end <= size) return { start: at, end, gram: cut(at, end) };
    const last = await commonSize(piece, known, lengths(size).map((n) => cut(size - n, size)));
    if (last === size) return null;
    return { start: size - last - 1, end: size, gram: cut(size - last - 1, size) };
  };

  // What is likely to be rare is looked for first: where it leaves nothing, no more is read. `seen` tells at how many
  // places grams were in a group that was looked through before.
  const rarity = (term, known, seen, at) => {
    const found = seen.get(`${term.text} ${at}`);
    if (found !== undefined) return found - 1e6;
    const [first, second] = term.characters.slice(at, at + 2);
    if (second === undefined) return 1e9;
    const common = known.all.has(first + second) || known.some.has(first + second);
    return (common ? 1e6 : 0) + (known.often.get(first) ?? 0) + (known.often.get(second) ?? 0);
  };
  const rarest = (term, known, seen) => {
    let best = 0;
    for (let at = 1; at < term.characters.length - 1; at += 1) {
      if (rarity(term, known, seen, at) < rarity(term, known, seen, best)) best = at;
    }
    return best;
  };

  // After so many grams of a term something is left only where the rest is likely to stand as well: so many more are
  // then read at the same time.
  const SURE = 3;
  const TOGETHER = 8;

  // The articles of a piece that have a term, of those in `among` if it is given.
  async function* articlesOfTerm(piece, field, term, known, seen, among) {
    const { characters, text } = term;
    const size = characters.length;
    const kind = field === "title" ? "t" : "p";
    const note = (at, number) => piece.counts.set(`${text} ${at}`, (piece.counts.get(`${text} ${at}`) ?? 0) + number);
    const whole = async () => {
      const list = articlesIn((await row(piece, field === "title" ? "t" : "h", text)) ?? "~");
      note(0, list.length);
      return new Set(list);
    };
    if (size === 1) return whole();
    let places = null;
    let article = null;
    let left = 0;
    let done = 0;
    const covered = new Set();
    for (let at = rarest(term, known, seen); at < size;) {
      const grams = [];
      do {
        const found = await gramAt(piece, known, characters, at);
        if (!found) return whole();
        grams.push(found);
        for (let n = found.start; n < found.end; n += 1) covered.add(n);
        while (covered.has(left)) left += 1;
        at = left;
      } while (at < size && done >= SURE && grams.length < TOGETHER);
      done += grams.length;
      const lists = await Promise.all(grams.map(({ gram }) => row(piece, kind, gram)));
      for (const [i, { start }] of grams.entries()) {
        let list = rising(lists[i] ?? "").map((n) => n - start);
        note(start, list.length);
        if (places) {
          const there = new Set(list);
          list = places.filter((n) => there.has(n));
        } else if (list.length) {
          article = await articleOf(piece, field);
          if (among) list = list.filter((n) => among.has(article(n)));
        }
        places = list;
        if (!places.length) return new Set();
      }
      if (at < size) yield { articles: new Set(places.map(article)), left: size - covered.size };
    }
    return new Set(places.map(article));
  }

  const alive = (piece, articles) => [...articles].filter((n) => !piece.dead.includes(n)).sort((a, b) => a - b);

  // The articles of a piece that have all terms. On the way: those that may have, and how many characters of terms are
  // still to be looked for.
  async function* inPiece(piece, field, terms, seen) {
    const known = field === "title" ? NONE : await commonOf(piece);
    const order = new Map(terms.map((term) => [term, rarity(term, known, seen, rarest(term, known, seen))]));
    let found = null;
    let later = terms.reduce((sum, term) => sum + term.characters.length, 0);
    for (const term of [...terms].sort((a, b) => order.get(a) - order.get(b))) {
      later -= term.characters.length;
      const looking = articlesOfTerm(piece, field, term, known, seen, found);
      let step = await looking.next();
      for (; !step.done; step = await looking.next()) yield { articles: step.value.articles, left: step.value.left + later };
      found = found ? new Set([...found].filter((n) => step.value.has(n))) : step.value;
      if (!found.size) return [];
      if (later) yield { articles: found, left: later };
    }
    return alive(piece, found);
  }

  // A page as it is now, asked for once in a search.
  const pageBodies = new Map();
  const bodyOf = (path) => {
    if (!pageBodies.has(path)) {
      pageBodies.set(path, (async () => {
        const answer = await fetch(root + path);
        return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("article-body");
      })());
    }
    return pageBodies.get(path);
  };

  // The text that a page is likely to have been made from, its blanks as one each; a NUL is for what it does not tell.
  const MARKS = { STRONG: "**", EM: "*", CODE: "`", BR: "" };
  const inlineSource = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE) return "\0";
    const [text, mark, address] = [wordsOf(node), MARKS[node.tagName], node.getAttribute("href")];
    if (node.tagName === "A") return text === address ? text : `[${text}](${address})`;
    return mark === undefined ? "\0" : mark + text + mark;
  };
  const wordsOf = (node) => [...node.childNodes].map(inlineSource).join("");
  const blockSource = (node) => {
    const blocks = (made) => [...node.children].map(made).join("\n");
    if (node.tagName === "P") return wordsOf(node);
    if (node.tagName === "UL") return blocks((item) => `- ${wordsOf(item)}`);
    if (node.tagName === "OL") return blocks((item, i) => `${i + 1}. ${wordsOf(item)}`);
    if (node.tagName === "BLOCKQUOTE") return blocks((block) => `> ${blockSource(block)}`);
    return /^H[1-6]$/.test(node.tagName) ? `${"#".repeat(node.tagName[1])} ${wordsOf(node)}` : "\0";
  };
  const sourceOf = (body) => [...body?.children ?? []].map(blockSource).join("\n").replace(/\s+/g, " ").trim();
  const checksum = (text) => {
    let sum = -1;
    for (let i = 0; i < text.length; i += 1) {
      sum ^= text.charCodeAt(i);
      for (let bit = 0; bit < 16; bit += 1) sum = (sum >>> 1) ^ (sum & 1 && 0xedb88320);
    }
    return ~sum >>> 0;
  };

  // Where few articles are left and much is to be looked for, their pages are lighter than more grams. A page counts only
  // if the text that it must have been made from is, by its checksum, the one that the piece was made from. Null: some
  // page does not tell.
  const MOST_PAGES = 3;
  const byPages = async (piece, articles, texts) => {
    const found = await Promise.all(alive(piece, articles).map(async (n) => {
      const { directory, group, number, version } = piece;
      const block = `${number}-${Math.floor(n / directory.block)}`;
      const [{ ids }, sums] = await Promise.all(["i", "k"].map((kind) => load(`${group}/${kind}${block}`, version)));
      const id = numbers(ids)[n % directory.block];
      const cards = await load(`c/${Math.floor(id / directory.cards)}`, version, `c/${Math.floor(id / directory.cards)}`);
      const source = sourceOf(await bodyOf(cards[id][1]).catch(() => null));
      if (checksum(source) % 90 ** 4 !== sumAt(sums, n % directory.block)) return null;
      const folded = fold(source);
      return texts.every((text) => folded.includes(text)) ? n : -1;
    }));
    return found.includes(null) ? null : found.filter((n) => n >= 0);
  };
  const sumAt = (sums, n) => [...sums.slice(n * 4, n * 4 + 4)].reduce((sum, digit) => sum * 90 + digits[digit.charCodeAt(0)], 0);

  // What each piece of a group finds.
  const inGroup = async (group, field, terms, seen) => {
    const texts = terms.map((term) => term.text);
    let pages = field === "body" && location.protocol.startsWith("http") && !texts.some((text) => /[\s\x1c-\x1f\x85]/.test(text));
    const all = group.map((piece) => ({ piece, looking: inPiece(piece, field, terms, seen) }));
    for (let open = all; open.length;) {
      await Promise.all(open.map(async (one) => Object.assign(one, await one.looking.next())));
      open = open.filter((one) => !one.done);
      const articles = open.reduce((sum, { piece, value }) => sum + alive(piece, value.articles).length, 0);
      const left = Math.min(...open.map(({ value }) => value.left));
      if (!pages || articles > Math.min(MOST_PAGES, left / 2)) continue;
      pages = false;
      await Promise.all(open.map(async (one) => {
        const found = await byPages(one.piece, one.value.articles, texts);
        if (found) Object.assign(one, { value: found, done: true });
      }));
      open = open.filter((one) => !one.done);
    }
    return all.map(({ value }) => value);
  };

  const byDate = (a, b) => b.day - a.day || b.id - a.id;

  // All hits: `count` of them, and `upTo(n)` gives the newest n. Ids are loaded for the blocks that these are in.
  const find = async (directory, field, texts) => {
    if (!digits) {
      digits = [];
      [...directory.alphabet].forEach((character, i) => { digits[character.charCodeAt(0)] = i; });
    }
    const terms = texts.map((text) => ({ text, characters: [...text] }));
    const counts = new Map();
    const groups = Object.entries(directory.groups).map(([group, [t, h, p, pieces, version]]) => (
      pieces.map((dead, number) => ({ directory, group, files: [t, h, p], version, number, dead, counts }))));
    const through = (group) => inGroup(group, field, terms, new Map(counts));
    const first = groups.length ? await through(groups[0]) : [];
    const lists = [first, ...await Promise.all(groups.slice(1).map(through))].flat();
    const pieces = groups.flat();
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
      for (const [block, rows] of inBlocks) blocks.push({ name: `${piece.group}/i${piece.number}-${block}`, version: piece.version, newest: days[block][0], rows });
    }
    blocks.sort((a, b) => b.newest - a.newest);
    const newest = directory.newest ? await load("x", directory.newest) : [];
    let sure = newest
      .map(([id, day, title, text]) => ({ id, day, text, version: directory.newest, folded: field === "title" ? title : fold(text) }))
      .filter(({ folded }) => texts.every((term) => folded.includes(term)));
    const count = sure.length + lists.reduce((sum, list) => sum + list.length, 0);
    const gather = async (wanted) => {
      sure.sort(byDate);
      while (blocks.length && !(sure.length >= wanted && sure[wanted - 1].day > blocks[0].newest)) {
        const { name, version, rows } = blocks[0];
        const block = await load(name, version);
        blocks.shift();
        const ids = numbers(block.ids);
        let day = 0;
        const days = numbers(block.days).map((n, i) => (day = i ? day - n : n));
        sure = sure.concat(rows.map((n) => ({ id: ids[n], day: days[n], version }))).sort(byDate);
      }
      return sure.slice(0, wanted);
    };
    // One after the other: on a slow line a page is asked for again before its blocks are there.
    let before = Promise.resolve();
    const upTo = (wanted) => (before = before.catch(() => {}).then(() => gather(wanted)));
    const versions = [...pieces.map((piece) => piece.version), directory.newest];
    return { count, upTo, versions, cards: directory.cards };
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
  // from a disk). Of the newest articles it is here, as editors write it: their signs are nothing to show.
  const MARKUP = /[*_`#<>[\]|!\\~]/;
  const near = ({ text }, terms) => {
    const piece = text && around(text.replace(/\s+/g, " "), terms);
    return piece && !MARKUP.test(piece) ? piece : null;
  };
  const deepen = async (paragraph) => {
    const { path, terms } = paragraph.wanted;
    try {
      const body = await bodyOf(path);
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
    // What is shown of an article is as new as the group that it was found in.
    const files = new Map();
    for (const { id, version } of [...shown].sort((a, b) => hits.versions.indexOf(a.version) - hits.versions.indexOf(b.version))) {
      files.set(Math.floor(id / hits.cards), version);
    }
    await Promise.all([...files].map(async ([number, version]) => files.set(number, await load(`c/${number}`, version, `c/${number}`))));
    if (mine !== run) return;
    results.replaceChildren(...shown.map((hit) => {
      const [title, path, date, column, beginning] = files.get(Math.floor(hit.id / hits.cards))[hit.id];
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
      const piece = field === "title" || text.querySelector("mark") ? null : near(hit, terms);
      if (piece) text.replaceChildren(marked(piece, terms));
      else if (field !== "title" && !text.querySelector("mark") && location.protocol.startsWith("http")) {
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
      if (mine === run) search();
    }
  };

  // What a reader sees while nothing is there yet, and where nothing came: the status says it to all others.
  const bar = document.createElement("progress");
  bar.className = "searching";
  bar.setAttribute("aria-hidden", "true");
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "button";
  retry.textContent = words.retry ?? "↻";
  retry.addEventListener("click", () => {
    if (stale) { location.reload(); return; }
    search();
    input.focus();
  });
  let late = 0;
  const ready = (text) => {
    clearTimeout(late);
    bar.remove();
    status.textContent = text;
  };

  const short = (text) => ([...text].length > LONGEST_TOLD ? `${[...text].slice(0, LONGEST_TOLD).join("")}…` : text);
  const LONGEST_TOLD = 60;
  const title = document.title;
  const answer = async (mine, query, field, text) => {
    const terms = termsOf(text);
    const hits = await find(await directoryNow(), field, terms);
    if (mine !== run) return;
    const total = Math.max(1, Math.ceil(hits.count / PER_PAGE));
    const page = Math.min(Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1), total);
    ready(hits.count
      ? words.found.replace("{n}", hits.count.toLocaleString("en").replace(/,/g, " "))
      : (field === "body" ? words.without ?? words.none : words.none).replace("{query}", () => short(text)));
    status.dataset.count = hits.count;
    await show(hits, terms, field, page);
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
    retry.remove();
    delete status.dataset.count;
    document.title = text.trim() ? `${short(text)} - ${title}` : title;
    if (!text.trim()) { ready(words.start); return; }
    ready(words.loading);
    late = setTimeout(() => status.after(bar), 400);
    past = "";
    pageBodies.clear();
    loaded.delete("index.js");  // the site may have been published since; nothing is sent where it was not
    try {
      try {
        await answer(mine, query, field, text);
      } catch (error) {
        if (stale || mine !== run) throw error;
        again();
        await answer(mine, query, field, text);
      }
    } catch {
      if (mine !== run) return;
      ready(words.failed);
      status.after(retry);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = `?${new URLSearchParams(new FormData(form))}`;
    if (query !== location.search) history.pushState(null, "", query);
    search();
  });
  window.addEventListener("popstate", () => search());
  // On a slow line a reader may be typing before this script is there.
  search(document.activeElement === input ? input.value : "");
})();
