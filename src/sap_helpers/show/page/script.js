// What a page can do beyond showing: say what is behind a number, sort and filter listings, hand out tables, search.
// It builds nodes and sets their text; no markup is ever made from data.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  // data of the page, unpacked when first asked for
  const packed = document.getElementById("behind");
  let unpacked;
  const load = () => (unpacked ??= unpack(packed.textContent).then(spread));
  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return JSON.parse(await new Response(stream).text());
  }

  // records come column by column, numbers as the distance from the one before
  const sums = (steps, at = 0) => steps.map((step) => (at += step));
  function spread(data) {
    const packedLines = data.lines;
    const [subject, dataset, what, week, aseq] = ["subject", "dataset", "what", "week", "aseq"].map((name) => sums(packedLines[name]));
    const before = new Map();
    let next = 0;
    data.lines = packedLines.form.map((form, at) => {
      let part = 0;
      const then = before.get(form) ?? [];
      const now = [];
      const source = packedLines.forms[form].replaceAll("#", () => (now[part] = (then[part++] ?? 0) + packedLines.numbers[next++]));
      before.set(form, now);
      const word = (places) => packedLines.words[places[at]];
      const record = [word(dataset), aseq[at] || "", word(what)].join(" ").trim();
      return { subject: subject[at], cells: [record, word(week), packedLines.date[at], packedLines.value[at], source] };
    });
    return data;
  }

  // numbers: one stop of the tab key for each table, arrows within it
  const drawer = document.getElementById("drawer");
  const tip = document.getElementById("tip");
  function offerNumbers(table) {
    const cells = all("td[data-r]", table);
    cells.forEach((cell, place) => {
      const button = make("button", { type: "button", className: "number", tabIndex: place ? -1 : 0 });
      button.setAttribute("aria-haspopup", "dialog");
      button.append(...cell.childNodes);
      cell.append(button);
    });
    table.addEventListener("click", (event) => {
      const button = event.target.closest("button.number");
      if (button) show(numbersOf(button), button.textContent);
    });
    table.addEventListener("keydown", (event) => {
      const next = event.target.matches("button.number") && neighbour(event.target.closest("td"), event.key);
      if (!next) return;
      event.preventDefault();
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
    for (const kind of ["pointerover", "focusin"]) table.addEventListener(kind, hint);
    for (const kind of ["pointerout", "focusout"]) table.addEventListener(kind, () => (tip.hidden = true));
  }
  const numbersOf = (button) => button.closest("td").dataset.r.split(" ").map(Number);
  function neighbour(cell, key) {
    const row = cell.parentNode;
    const rows = [...row.closest("table").rows];
    const inRow = (cells) => cells.map((one) => one.querySelector("button.number")).find(Boolean);
    const inColumn = (those) => inRow(those.filter((one) => !one.hidden).map((one) => one.cells[cell.cellIndex]).filter(Boolean));
    const cells = [...row.cells];
    switch (key) {
      case "ArrowRight": return inRow(cells.slice(cell.cellIndex + 1));
      case "ArrowLeft": return inRow(cells.slice(0, cell.cellIndex).reverse());
      case "ArrowDown": return inColumn(rows.slice(row.rowIndex + 1));
      case "ArrowUp": return inColumn(rows.slice(0, row.rowIndex).reverse());
      default: return undefined;
    }
  }

  // in words
  const levels = (key) => [[key[2], key[3]], [key[4], key[5]], [key[6], key[7]]]
    .filter(([name, level]) => name || level)
    .map(([name, level]) => (name === "AVISITN" ? `week ${level}` : level ? `${name} ${level}` : name));
  const about = (data, number) => {
    const [place, stat, value, note] = data.results[number];
    return { key: data.keys[place], stat, value, note, behind: data.behind[data.of[place]] };
  };
  const plain = (value) => (value === null ? "not estimable" : Number.isInteger(value) ? String(value) : rounded(value, 4));
  // half up on the shortest decimal text, as in the tables; the ids below have the number as it is stored
  function rounded(value, digits) {
    const [all, exponent] = Math.abs(value).toExponential().replace(".", "").split("e");
    const kept = Number(all.slice(0, digits)) + (all[digits] >= "5" ? 1 : 0);
    return String(Math.sign(value) * Number(`${kept}e${exponent - Math.min(digits, all.length) + 1}`));
  }
  async function hint(event) {
    const button = event.target.closest("button.number");
    if (!button) return;
    const data = await load();
    if (!button.matches(":hover, :focus-visible")) return;
    const shown = numbersOf(button).map((number) => about(data, number));
    const { key } = shown[0];
    const section = data.sections[key[0]];
    const methods = [...new Set(shown.map((one) => one.key[8]).filter(Boolean))];
    tip.textContent = [
      key[0], key[1], ...levels(key), ...methods, shown.map((one) => `${one.stat} ${plain(one.value)}`).join(", "),
      section ? `plan ${section}` : "",
    ].filter(Boolean).join(" · ");
    tip.hidden = false;
    const box = button.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 8));
    const above = box.top - tip.offsetHeight - 6;
    place(tip, left, above > 0 ? above : box.bottom + 6);
  }
  function place(node, left, top) {
    node.style.left = `${left}px`;
    node.style.top = `${top}px`;
  }

  // the drawer
  async function show(numbers, text) {
    const data = await load();
    const shown = numbers.map((number) => about(data, number));
    const [first] = shown;
    const title = make("h2", { id: "drawer-title", textContent: text });
    const facts = make("dl", {});
    const fact = (term, ...words) => facts.append(make("div", {}, make("dt", { textContent: term }), make("dd", {}, ...words)));
    fact("Analysis", first.key[0]);
    if (data.sections[first.key[0]]) fact("Plan", data.sections[first.key[0]]);
    if (first.key[1]) fact("Set", data.sets[first.key[1]] ? `${first.key[1]}, ${data.sets[first.key[1]]} subjects` : first.key[1]);
    if (levels(first.key).length) fact("About", levels(first.key).join(", "));
    for (const one of shown) {
      const method = one.key[8] ? ` (${one.key[8]})` : "";
      fact(one.stat + method, plain(one.value) + (one.note ? `: ${one.note}` : ""));
    }
    const ids = make("details", {}, make("summary", { textContent: "Result ids" }),
      ...numbers.map((number, place) => make("p", {}, make("code", { textContent: `${idOf(data, number)} = ${shown[place].value ?? ""}` }))));
    const body = make("div", { className: "drawer-body" }, title, facts, ids, ...behind(data, first, numbers[0]));
    const close = make("button", { type: "button", className: "close", textContent: "Close" });
    close.addEventListener("click", () => drawer.close());
    drawer.replaceChildren(close, body);
    tip.hidden = true;
    if (!drawer.open) drawer.showModal();
    close.focus();
  }
  const escape = (text) => text.replaceAll("\\", "\\\\").replaceAll("|", "\\|");
  const idOf = (data, number) => {
    const [place, stat] = data.results[number];
    return [...data.keys[place], stat].map(escape).join("|");
  };
  function behind(data, one, number) {
    const page = data.pages[one.key[0]];
    if (page) {
      const link = make("a", { href: `${page}#r=${encodeURIComponent(idOf(data, number))}`, textContent: "The subjects behind it, on the outcome's own page" });
      return [make("p", {}, link)];
    }
    if (!one.behind) return [];
    return one.behind.map(([heading, note, steps]) => {
      const lines = sums(steps).map((place) => data.lines[place]);
      lines.sort((a, b) => a.subject - b.subject);
      const part = make("section", {}, make("h3", { textContent: lines.length ? `${heading}: ${howMany(lines)}` : heading }));
      if (note) part.append(make("p", { textContent: note }));
      if (lines.length) part.append(linesTable(data, heading, lines));
      return part;
    });
  }
  const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  function howMany(lines) {
    const subjects = counted(new Set(lines.map((line) => line.subject)).size, "subject");
    const records = lines.filter((line) => line.cells[0]).length;
    return records ? `${subjects}, ${counted(records, "record")}` : subjects;
  }
  const COLUMNS = ["Record", "Week", "Date", "Value", "Source: row/--SEQ"];
  function linesTable(data, heading, lines) {
    const shown = COLUMNS.map((_, column) => column).filter((column) => lines.some((line) => line.cells[column]));
    const headings = ["Subject", ...shown.map((column) => COLUMNS[column])];
    const head = make("tr", {}, ...headings.map((text) => make("th", { scope: "col", textContent: text })));
    const rows = lines.map((line) => {
      const [name, href] = data.subjects[line.subject];
      const label = href ? make("a", { href, textContent: name }) : name;
      const cells = shown.map((column) => make("td", { textContent: line.cells[column], className: column < COLUMNS.length - 1 ? "sap-short" : "" }));
      return make("tr", {}, make("th", { scope: "row" }, label), ...cells);
    });
    const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
    const region = make("div", { className: "sap-scroll", tabIndex: 0 }, table);
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", heading);
    return region;
  }
  async function openLinked() {
    // lenient, unlike decodeURIComponent: anybody can write an address
    const wanted = new URLSearchParams(location.hash.slice(1)).get("r");
    if (!wanted) return;
    const data = await load();
    const number = data.results.findIndex((_, place) => idOf(data, place) === wanted);
    if (number >= 0) show([number], plain(data.results[number][2]));
  }

  // tools of a table
  // a cell that opens to several lines keeps them apart
  const SEPARATORS = { summary: ": ", br: "; " };
  function words(cell) {
    const copy = cell.cloneNode(true);
    for (const [tag, separator] of Object.entries(SEPARATORS)) all(tag, copy).forEach((node) => node.after(separator));
    return copy.textContent.trim();
  }
  const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
  const field = (text) => {
    const safe = FORMULA.test(text) && !/^[-+]?[\d.]+$/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  // the heading of each column: what stands over it, from the top down
  function headings(rows) {
    const over = [];
    const filled = []; // to which row each column is
    rows.forEach((row, at) => {
      let column = 0;
      for (const cell of row.cells) {
        while (filled[column] > at) column++;
        for (const end = column + cell.colSpan; column < end; column++) {
          (over[column] ??= []).push(words(cell));
          filled[column] = at + cell.rowSpan;
        }
      }
    });
    return over.map((texts) => texts.join(": "));
  }
  const bodyRows = (table) => [...table.tBodies].flatMap((body) => [...body.rows]);
  function download(table, name) {
    const shown = bodyRows(table).filter((row) => !row.hidden);
    const rows = shown.map((row) => [...row.cells].flatMap((cell) => [words(cell), ...Array(cell.colSpan - 1).fill("")]));
    const lines = [headings(all("thead tr", table)), ...rows].filter((line) => line.length);
    const text = lines.map((line) => line.map(field).join(",")).join("\r\n");
    make("a", { href: `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${text}\r\n`)}`, download: `${name}.csv` }).click();
  }
  function offerTools(block) {
    const table = block.querySelector("table");
    const title = words(block.querySelector("caption .sap-title") ?? table.caption ?? block);
    const tools = make("div", { className: "tools" });
    if (block.classList.contains("sap-listing") && table.tBodies[0]?.rows.length > 1) {
      offerFilter(table, tools, title);
      all("thead tr:last-child th", table).forEach((heading) => offerSort(table, heading));
    }
    const csv = make("button", { type: "button", textContent: "CSV" });
    csv.setAttribute("aria-label", `Download as CSV: ${title}`);
    csv.addEventListener("click", () => download(table, block.id || title.slice(0, 60)));
    tools.append(csv);
    block.prepend(tools);
  }
  function offerFilter(table, tools, title) {
    const count = make("span", { className: "count" });
    count.setAttribute("role", "status");
    const input = make("input", { type: "search", placeholder: "Filter rows", autocomplete: "off" });
    input.setAttribute("aria-label", `Filter the rows of: ${title}`);
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase();
      const rows = bodyRows(table);
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      count.textContent = wanted ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
    });
    tools.append(input, count);
  }
  const byName = new Intl.Collator("en", { numeric: true });
  const NUMBER = /^([<≤>≥]?)\s*([-+−]?)(?=\.?\d)((?:\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?)\s*%?$/i;
  const BOUNDS = { "<": -2, "≤": -1, "": 0, "≥": 1, ">": 2 };
  // what a cell stands for in an order: a number, at its limit where it is beyond one; a text; or nothing
  function meaning(cell) {
    const text = words(cell);
    const [, bound, sign, digits] = NUMBER.exec(text) ?? [];
    if (digits) return { kind: 0, value: Number(digits.replaceAll(/[^\d.e+-]/gi, "")) * (/[-−]/.test(sign) ? -1 : 1), bound: BOUNDS[bound] };
    return { kind: /^[-–—]?$/.test(text) ? 2 : 1, text };
  }
  // numbers before texts; nothing stands last in both directions
  function compare(a, b, direction) {
    if (a.kind === 2 || b.kind === 2) return a.kind - b.kind;
    return direction * (a.kind - b.kind || (a.kind ? byName.compare(a.text, b.text) : a.value - b.value || a.bound - b.bound));
  }
  function offerSort(table, heading) {
    const button = make("button", { type: "button", className: "sort" }, ...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const isDown = heading.getAttribute("aria-sort") === "ascending";
      all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      for (const body of table.tBodies) {
        const rows = [...body.rows].map((row) => [row, meaning(row.cells[heading.cellIndex])]);
        body.append(...rows.sort(([, a], [, b]) => compare(a, b, isDown ? -1 : 1)).map(([row]) => row));
      }
    });
  }

  // search over all pages
  async function offerSearch(input) {
    const list = document.getElementById("found");
    const status = document.getElementById("found-count");
    input.closest("form").addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("input", async () => {
      const data = await load();
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const hits = wanted.length ? data.search.filter(([, , text]) => wanted.every((word) => text.toLowerCase().includes(word))) : [];
      list.replaceChildren(...hits.slice(0, 40).map(([page, href, text]) =>
        make("li", {}, make("a", { href, textContent: text }), " ", make("small", { textContent: page }))));
      status.textContent = wanted.length ? `${hits.length} found` : "";
    });
  }

  if (packed) {
    all("table").forEach(offerNumbers);
    addEventListener("hashchange", openLinked);
    openLinked();
    drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
  }
  all(".sap-table").forEach(offerTools);
  const search = document.getElementById("search");
  if (search) offerSearch(search);
  addEventListener("keydown", (event) => event.key === "Escape" && (tip.hidden = true));
})();
