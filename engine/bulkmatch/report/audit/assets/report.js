"use strict";
// Rows come as arrays of JSON; every text reaches the page as textContent, never as markup.
(() => {
  const PAGE = 100, PRINTED = 2000;
  const RANK = { fatal: 0, error: 1, warning: 2, note: 3, "at end": 0, "at risk": 1, unsure: 2, "not checked": 3, fine: 4 };
  const rows = (id) => JSON.parse(document.getElementById(id + "-rows").textContent);
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };
  const isolated = (text) => make("bdi", text);
  const link = (url, text) => {
    const node = make("a", text);
    node.href = url; node.rel = "noopener noreferrer"; node.target = "_blank";
    return node;
  };
  const isHttps = (url) => { try { return new URL(url).protocol === "https:"; } catch { return false; } };
  const badge = (word) => {
    const looks = { fatal: "fatal", error: "error", warning: "warning", "at end": "end", "at risk": "risk", fine: "fine" };
    return make("span", word, "badge " + (looks[word] || ""));
  };

  class Table {
    constructor(section, data, open) {
      this.section = section; this.open = open;
      this.body = section.querySelector("tbody"); this.count = section.querySelector(".count");
      this.form = section.querySelector("form"); this.pager = section.querySelector(".pager");
      this.heads = [...section.querySelectorAll("thead th")];
      this.kinds = this.heads.map((head) => head.dataset.kind);
      this.all = data.rows; this.total = data.total; this.picked = this.all;
      this.page = 0; this.sorted = null; this.down = false; this.texts = null;
      this.choices(); this.listen(); this.draw();
    }
    cells(row) { return this.kinds.map((_, at) => row[Number(this.heads[at].dataset.column)]); }
    choices() {
      for (const select of this.form.querySelectorAll("select")) {
        const at = Number(select.dataset.column);
        const words = [...new Set(this.all.map((row) => row[at]))];
        words.sort((a, b) => (RANK[a] ?? 9) - (RANK[b] ?? 9) || collator.compare(a, b));
        for (const word of words.slice(0, 500)) {
          const option = make("option", word === "" ? "(empty)" : word);
          option.value = "=" + word;
          select.append(option);
        }
      }
    }
    listen() {
      let waiting = 0;
      const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => this.pick(), 120); };
      this.form.addEventListener("input", soon);
      this.form.addEventListener("reset", soon);
      this.form.addEventListener("submit", (event) => { event.preventDefault(); this.pick(); });
      this.heads.forEach((head, at) => head.querySelector("button").addEventListener("click", () => this.sort(at)));
      for (const button of this.pager.querySelectorAll("button")) {
        button.addEventListener("click", () => { this.page += Number(button.dataset.step); this.draw(); });
      }
      this.body.addEventListener("click", (event) => {
        const button = event.target.closest("button.open");
        if (button) this.open(this.picked[Number(button.dataset.row)]);
      });
    }
    pick() {
      const wanted = this.form.elements.q.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      const chosen = [...this.form.querySelectorAll("select")].filter((s) => s.value)
        .map((s) => [Number(s.dataset.column), s.value.slice(1)]);
      this.texts ??= new Map(this.all.map((row) => [row, this.cells(row).join(" ").toLocaleLowerCase()]));
      this.picked = this.all.filter((row) => chosen.every(([at, word]) => row[at] === word)
        && wanted.every((word) => this.texts.get(row).includes(word)));
      this.page = 0;
      this.order();
      this.draw();
    }
    sort(at) {
      this.down = this.sorted === at && !this.down;
      this.sorted = at; this.page = 0;
      this.heads.forEach((head, n) => {
        if (n === at) head.setAttribute("aria-sort", this.down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      this.order();
      this.draw();
    }
    order() {
      if (this.sorted === null) return;
      const column = Number(this.heads[this.sorted].dataset.column), kind = this.kinds[this.sorted], sign = this.down ? -1 : 1;
      const by = { number: (a, b) => a - b, rank: (a, b) => (RANK[a] ?? 9) - (RANK[b] ?? 9) }[kind] || collator.compare;
      const hollow = (value) => value === "" || value === null;
      this.picked = [...this.picked].sort((a, b) => {
        const x = a[column], y = b[column];
        if (hollow(x) || hollow(y)) return Number(hollow(x)) - Number(hollow(y));  // empty ones last, both ways
        return sign * by(x, y);
      });
    }
    draw(first = this.page * PAGE, most = PAGE) {
      const last = Math.min(first + most, this.picked.length), made = document.createDocumentFragment();
      for (let at = first; at < last; at++) made.append(this.line(this.picked[at], at));
      this.body.replaceChildren(made);
      const pages = Math.max(1, Math.ceil(this.picked.length / PAGE));
      const held = this.total > this.all.length ? ` The first ${this.all.length.toLocaleString("en")} of ${this.total.toLocaleString("en")} are in this report; the .jsonl and .xlsx outputs have all.` : "";
      this.count.textContent = `${this.picked.length.toLocaleString("en")} of ${this.all.length.toLocaleString("en")} rows` + (pages > 1 ? `, page ${this.page + 1} of ${pages}.` : ".") + held;
      this.pager.hidden = pages < 2;
      this.pager.querySelector(".at").textContent = `Page ${this.page + 1} of ${pages}`;
      const [previous, next] = this.pager.querySelectorAll("button");
      previous.disabled = this.page === 0; next.disabled = this.page >= pages - 1;
    }
    line(row, at) {
      const line = make("tr");
      this.cells(row).forEach((value, n) => {
        const cell = make("td"), kind = this.kinds[n];
        if (kind === "open") {
          const button = make("button", null, "open");
          button.type = "button"; button.dataset.row = at; button.append(isolated(value || "(no part number)"));
          cell.className = "part"; cell.append(button);
        } else if (kind === "rank") cell.append(badge(value));
        else if (kind === "number") { cell.className = "n"; cell.textContent = value === null ? "" : value.toLocaleString("en"); }
        else cell.append(isolated(value));
        line.append(cell);
      });
      return line;
    }
  }

  const FINDINGS = rows("findings"), CHANGES = rows("changes"), PARTS = rows("parts"), LINES = rows("lines");
  const partOf = new Map(PARTS.rows.map((row) => [row[0], row]));
  let linesOf = null;
  const lines = (key) => {
    if (!linesOf) {
      linesOf = new Map();
      for (const row of LINES.rows) for (const option of row[8]) {
        if (!linesOf.has(option[0])) linesOf.set(option[0], []);
        linesOf.get(option[0]).push([row[1], row[2], row[3], row[4], row[5], option[5]]);
      }
    }
    return linesOf.get(key) || [];
  };

  const dialog = document.getElementById("detail"), body = document.getElementById("detail-body");
  const grid = (heads, data) => {
    const table = make("table"), head = make("tr"), inside = make("tbody");
    for (const name of heads) { const th = make("th", name); th.scope = "col"; head.append(th); }
    const top = make("thead"); top.append(head);
    for (const row of data) {
      const line = make("tr");
      for (const value of row) { const td = make("td"); td.append(value instanceof Node ? value : isolated(value ?? "")); line.append(td); }
      inside.append(line);
    }
    table.append(top, inside);
    const holder = make("div", null, "scroll"); holder.append(table);
    return holder;
  };
  const titled = (mpn, maker) => {
    const title = make("h2"); title.id = "detail-h"; title.append(isolated(mpn));
    if (maker) title.append(" ", isolated(maker));
    return title;
  };
  const show = (...nodes) => { body.replaceChildren(...nodes); if (!dialog.open) dialog.showModal(); dialog.scrollTop = 0; };
  const USED = ["file", "sheet", "line", "designators", "quantity", ""];
  const used = (uses, count) => {
    const told = uses.map((use) => [use[0], use[1], String(use[2]), use[3], use[4], use[5] ? "alternate" : ""]);
    const nodes = [make("h3", `Where used (${count.toLocaleString("en")})`)];
    if (told.length) nodes.push(grid(USED, told));
    if (count > told.length) nodes.push(make("p", `The first ${told.length} are shown.`));
    return nodes;
  };
  const facts = (part) => {
    const nodes = [make("h3", "Facts"), make("p", `${part[3]}: ${part[4]}`)];
    if (part[5]) { const match = make("p", "Matched with "); match.append(isolated(`${part[5]} ${part[6]}`)); nodes.push(match); }
    nodes.push(grid(["fact", "value", "seen", "told by its source", "note"], part[14]), make("p", `Source, country, currency: ${part[16]}.`));
    if (isHttps(part[13])) { const p = make("p"); p.append(link(part[13], "See on Octopart")); nodes.push(p); }
    return nodes;
  };
  const openPart = (key, mpn, maker) => {
    const part = partOf.get(key), found = FINDINGS.rows.filter((row) => row[11] === key), uses = lines(key);
    const nodes = [titled(mpn, maker)];
    if (found.length) nodes.push(make("h3", "Findings"), grid(["severity", "reason", "what to do"], found.map((row) => [badge(row[0]), row[5], row[6]])));
    if (part) nodes.push(...facts(part));
    show(...nodes, ...used(uses, uses.length));
  };
  const openFinding = (row) => {
    const nodes = [titled(row[1] || row[3], row[2]), badge(row[0]), make("p", row[5]), make("h3", "What to do"), make("p", row[6])];
    if (row[9]) nodes.push(make("h3", "Waived"), make("p", row[9]));
    nodes.push(...used(row[13], row[7]));
    const part = partOf.get(row[11]);
    if (part) nodes.push(...facts(part));
    nodes.push(make("p", `Rule ${row[4]}, first seen ${row[8] || "in this audit"}, finding ${row[12]}.`));
    show(...nodes);
    history.replaceState(null, "", "#finding=" + encodeURIComponent(row[12]));
  };
  const openLine = (row) => show(titled(`${row[1]}:${row[3]}`, row[4]), badge(row[0]), make("p", row[7]), make("h3", "Approved options"),
    grid(["part", "maker", "health", "why", ""], row[8].map((o, n) => [o[1], o[2], badge(o[3]), o[4], (n === row[9] ? "best " : "") + (o[5] ? "alternate" : "")])));

  const section = (id) => document.getElementById(id);
  const tables = [
    new Table(section("findings"), FINDINGS, openFinding),
    new Table(section("changes"), CHANGES, (row) => openPart(row[8], row[1], row[2])),
    new Table(section("lines"), LINES, openLine),
    new Table(section("parts"), PARTS, (row) => openPart(row[0], row[1], row[2])),
  ];
  dialog.addEventListener("close", () => { if (location.hash.startsWith("#finding=")) history.replaceState(null, "", "#findings"); });
  const asked = () => {
    if (!location.hash.startsWith("#finding=")) return;
    let id; try { id = decodeURIComponent(location.hash.slice(9)); } catch { return; }
    const row = FINDINGS.rows.find((one) => one[12] === id);
    if (row) openFinding(row);
  };
  addEventListener("hashchange", asked);
  addEventListener("beforeprint", () => tables.forEach((table) => table.draw(0, PRINTED)));
  addEventListener("afterprint", () => tables.forEach((table) => table.draw()));
  asked();
})();
