"use strict";
(() => {
  const root = document.documentElement, list = [...document.querySelectorAll(".slide")];
  const place = document.querySelector(".place"), bar = document.querySelector(".controls");
  const narrow = matchMedia("(width < 600px) and (orientation: portrait)");
  let at = 0, from = null;
  const shrink = (element, is_larger) => {
    element.style.fontSize = "";
    if (narrow.matches) return; // there it is scrolled
    for (let share = 95; share >= 60 && is_larger(); share -= 5) element.style.fontSize = share + "%";
  };
  const fit = slide => {
    for (const table of slide.querySelectorAll(".body .table"))
      shrink(table, () => table.scrollWidth > table.clientWidth + 1);
    const body = slide.querySelector(".body");
    if (body) shrink(body, () => body.scrollHeight > body.clientHeight + 1);
  };
  const show = (to, focus) => {
    at = Math.max(0, Math.min(list.length - 1, to));
    list.forEach((slide, number) => slide.classList.toggle("shown", number === at));
    place.textContent = at + 1 + " / " + list.length;
    history.replaceState(null, "", "#" + list[at].id);
    if (root.classList.contains("overview")) list[at].scrollIntoView({ block: "nearest" });
    else fit(list[at]);
    if (focus) list[at].focus({ preventScroll: !root.classList.contains("overview") });
  };
  const found = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* it is no more than a name */ }
    const target = name && document.getElementById(name), slide = target && target.closest(".slide");
    return slide ? list.indexOf(slide) : -1;
  };
  const overview = on => {
    root.classList.toggle("overview", on);
    show(at, true);
  };
  const acts = {
    next: () => show(at + 1, true),
    back: () => show(at - 1, true),
    first: () => show(0, true),
    last: () => show(list.length - 1, true),
    overview: () => overview(!root.classList.contains("overview")),
    notes: () => { root.classList.toggle("notes"); fit(list[at]); },
    full: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.(),
  };
  const keys = {
    ArrowRight: root.dir === "rtl" ? "back" : "next", ArrowLeft: root.dir === "rtl" ? "next" : "back",
    ArrowDown: "next", ArrowUp: "back", PageDown: "next", PageUp: "back", " ": "next", Home: "first", End: "last",
    o: "overview", n: "notes", f: "full",
  };
  root.classList.add("live");
  for (const image of document.querySelectorAll(".sheet img[width]"))
    image.style.inlineSize = image.getAttribute("width") * 0.75 / root.dataset.size + "rem";
  bar.hidden = false;
  bar.addEventListener("click", event => acts[event.target.closest("button")?.dataset.act]?.());
  addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const scrolls = event.target.closest("pre, .table, figure[tabindex]"), acting = event.target.closest("button, summary, a");
    if (root.classList.contains("overview") && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      return overview(false);
    }
    if (acting && (event.key === " " || event.key === "Enter")) return;
    if (scrolls && event.key.startsWith("Arrow")) return;
    const act = keys[event.key === " " && event.shiftKey ? "ArrowUp" : event.key];
    if (act) {
      event.preventDefault();
      acts[act]();
    }
  });
  addEventListener("click", event => {
    const slide = event.target.closest(".slide");
    if (!root.classList.contains("overview") || !slide) return;
    event.preventDefault();
    at = list.indexOf(slide);
    overview(false);
  });
  addEventListener("touchstart", event => {
    const wide = event.target.closest("pre, .table, figure, math");
    const scrolls = wide && wide.scrollWidth > wide.clientWidth + 1;
    from = event.touches.length === 1 && !scrolls ? event.touches[0] : null;
  }, { passive: true });
  addEventListener("touchend", event => {
    if (!from || root.classList.contains("overview")) return;
    const x = event.changedTouches[0].clientX - from.clientX, y = event.changedTouches[0].clientY - from.clientY;
    if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) acts[(x < 0) === (root.dir === "rtl") ? "back" : "next"]();
  });
  addEventListener("hashchange", () => { const to = found(); if (to >= 0) show(to, true); });
  addEventListener("resize", () => fit(list[at]));
  addEventListener("beforeprint", () => list.forEach((slide, number) => {
    slide.classList.add("shown"); // what is not shown has no height to be measured
    fit(slide);
    slide.classList.toggle("shown", number === at);
  }));
  show(Math.max(0, found()), false);
})();
