/* Small helpers; every page works without them. No eval, no inline code, no outside host. */
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  /* After an answer with errors the error box takes the focus, so that it is read first. */
  function focusErrors() {
    const target = $("[data-focus-after]");
    if (target) target.focus();
  }

  /* A second press of the same button sends nothing; the server refuses it too. */
  function sendOnce(event) {
    const form = event.target;
    /* getAttribute: a field named "method" would stand in for form.method. */
    if (event.defaultPrevented || (form.getAttribute("method") || "get").toLowerCase() !== "post") return;
    if ("download" in form.dataset) return; /* the page stays, so its button must stay usable */
    /* An answer in another tab leaves this page as it is, so its button stays. */
    if (form.getAttribute("target")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    /* Disabled a moment later: a disabled button's own name and value would not be sent. */
    window.setTimeout(() => $$("button[type=submit], button:not([type])", form).forEach((button) => { button.disabled = true; }), 0);
  }

  function allowAgain() {
    $$("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      $$("button:disabled", form).forEach((button) => { if (!button.hasAttribute("data-off")) button.disabled = false; });
    });
  }

  function keys(event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      const search = $("#search");
      if (search && search.offsetParent !== null) {
        event.preventDefault();
        search.focus();
        search.select();
      }
      return;
    }
    if (event.key === "Escape") {
      $$("details.menu[open]").forEach((menu) => {
        menu.open = false;
        $("summary", menu).focus();
      });
    }
  }

  function closeMenus(event) {
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  }

  /* Ticks every box of a section, or takes the ticks away where all have one. */
  function tickAll(button) {
    const boxes = $$("input[type=checkbox]", button.closest("section"));
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !all; });
  }

  /* The numbers that follow the first one, into the empty fields after it: 0047 gives 0048. */
  function numberOn(button) {
    const fields = $$("input[type=text]", button.closest("section"));
    const at = fields.findIndex((field) => field.value.trim() !== "");
    const parts = at < 0 ? null : /^(.*?)([0-9]{1,15})$/.exec(fields[at].value.trim());
    if (!parts) {
      fields[Math.max(at, 0)].focus();
      return;
    }
    fields.slice(at + 1).forEach((field, index) => {
      if (!field.value) field.value = parts[1] + String(Number(parts[2]) + index + 1).padStart(parts[2].length, "0");
    });
  }

  function helpers(event) {
    const button = event.target.closest("[data-tick-all], [data-number-on]");
    if (!button) return;
    if (button.hasAttribute("data-tick-all")) tickAll(button);
    else numberOn(button);
  }

  /* In a list marked data-keys, arrows move between its links; Enter then opens as always. */
  function arrows(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const list = event.target.closest("[data-keys]");
    if (!list || !event.target.matches("a")) return;
    const links = $$("[data-key-link]", list);
    const at = links.indexOf(event.target);
    const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }

  /* A change of a filter sends its form; without script the button next to it does. */
  function autoSend(event) {
    const form = event.target.closest("form[data-auto]");
    if (form) form.requestSubmit();
  }

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /* Cells carry data-value (the number drawn); what the reader sees was formatted on the server. */
  function readTable(table) {
    const heads = $$("thead th", table).slice(1);
    const rows = $$("tbody tr", table);
    return {
      labels: rows.map((row) => $("th", row).textContent.trim()),
      series: heads.map((head, index) => ({
        name: head.dataset.name || head.textContent.trim(),
        as: head.dataset.as || "bar",
        values: rows.map((row) => {
          const value = $$("td", row)[index].dataset.value;
          return value === undefined || value === "" ? null : Number(value);
        }),
      })),
    };
  }

  function dataset(series) {
    const name = { bar: "--spent", line: "--ink", dashed: "--ink-2" }[series.as] || "--spent";
    const base = { label: series.name, data: series.values, borderColor: colour(name), backgroundColor: colour(name) };
    if (series.as === "bar") return { ...base, type: "bar", order: 2, maxBarThickness: 34, pointStyle: "rect" };
    return { ...base, type: "line", order: 1, borderWidth: 2, pointRadius: 0, pointStyle: "line", tension: 0, borderDash: series.as === "dashed" ? [5, 4] : [] };
  }

  /* The library draws every line of the legend solid; a dashed line must look dashed there too. */
  function legend(chart) {
    const labels = window.Chart.defaults.plugins.legend.labels.generateLabels(chart);
    return labels.map((label) => ({ ...label, lineDash: chart.data.datasets[label.datasetIndex].borderDash || [] }));
  }

  function draw(holder) {
    const table = document.getElementById(holder.dataset.chart);
    const canvas = $("canvas", holder);
    if (!table || !canvas) return;
    const { labels, series } = readTable(table);
    const ink = colour("--ink-2");
    const rightToLeft = document.dir === "rtl";
    window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    window.Chart.defaults.font.size = 12;
    const chart = new window.Chart(canvas, {
      data: { labels, datasets: series.map(dataset) },
      options: {
        animation: false,
        maintainAspectRatio: false,
        color: ink,
        scales: {
          x: { reverse: rightToLeft, grid: { display: false }, ticks: { color: ink } },
          y: { beginAtZero: true, position: rightToLeft ? "right" : "left", grid: { color: colour("--line") }, ticks: { color: ink }, title: { display: Boolean(holder.dataset.unit), text: holder.dataset.unit, color: ink } },
        },
        plugins: { legend: { position: "bottom", rtl: rightToLeft, labels: { usePointStyle: true, pointStyleWidth: 24, color: ink, sort: (one, other) => one.datasetIndex - other.datasetIndex, generateLabels: legend } }, tooltip: { enabled: false } },
        events: [],
      },
    });
    canvas.dataset.drawn = String(chart.data.datasets.length);
  }

  function start() {
    document.addEventListener("submit", sendOnce);
    document.addEventListener("click", helpers);
    $$("[data-tick-all], [data-number-on]").forEach((button) => { button.hidden = false; });
    document.addEventListener("keydown", keys);
    document.addEventListener("keydown", arrows);
    document.addEventListener("click", closeMenus);
    document.addEventListener("change", autoSend);
    window.addEventListener("pageshow", allowAgain);
    focusErrors();
    if (window.Chart) $$("[data-chart]").forEach(draw);
    $$("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
