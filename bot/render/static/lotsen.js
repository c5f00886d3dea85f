// Makes the form a chat. Without this file the same form is sent to the server as an ordinary GET.
"use strict";

(() => {
  const form = document.getElementById("form");
  const log = document.getElementById("log");
  const box = form.elements.namedItem("fraga");
  const send = form.querySelector("button");
  // The page brings its own id, but an address with an id in it may be somebody else's, shared.
  const shared = new URLSearchParams(window.location.search).has("samtal");
  const conversation = shared ? randomId() : form.elements.namedItem("samtal").value;
  const touch = window.matchMedia("(pointer: coarse)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let busy = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = box.value.trim();
    if (!question) {
      box.focus();
      return;
    }
    ask(question, "form");
  });

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.ask");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    ask(link.dataset.question, "link");
  });

  async function ask(question, from) {
    if (busy) return;
    busy = true;
    send.disabled = true;
    log.setAttribute("aria-busy", "true");
    const exchange = open(question);
    place(exchange, from);
    const reply = exchange.querySelector("[data-slot=reply]");
    try {
      reply.replaceWith(await answer(question));
      if (from === "form") box.value = "";
    } catch (failure) {
      reply.replaceWith(sorry(failure.shown || (failure instanceof TypeError ? form.dataset.offline : form.dataset.failed)));
      if (from === "link") box.value = question;
    } finally {
      log.removeAttribute("aria-busy");
      send.disabled = false;
      busy = false;
      place(exchange, from);
    }
  }

  function open(question) {
    document.getElementById("intro")?.remove();
    const exchange = document.getElementById("exchange").content.cloneNode(true).firstElementChild;
    exchange.querySelector("[data-slot=question]").textContent = question;
    log.append(exchange);
    return exchange;
  }

  async function answer(question) {
    const response = await fetch("/fraga", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/html" },
      body: JSON.stringify({
        question,
        municipality: form.elements.namedItem("kommun").value || null,
        on: form.elements.namedItem("datum").value || null,
        conversation,
      }),
    });
    if (!response.ok) throw await failed(response);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const article = page.querySelector("article");
    // A proxy's login page also comes with status 200.
    if (!article) throw new Error("no answer in the reply");
    return article;
  }

  async function failed(response) {
    const failure = new Error(String(response.status));
    try {
      failure.shown = (await response.json()).error;
    } catch {
      // Not our JSON: something between us and the server answered.
    }
    failure.shown ||= form.dataset.failed;
    return failure;
  }

  function sorry(text) {
    const notice = document.getElementById("failure").content.cloneNode(true).firstElementChild;
    notice.querySelector("[data-slot=text]").textContent = text;
    return notice;
  }

  // Who types stays in the box; who followed a link, or has a keyboard covering the screen, goes to the question.
  function place(exchange, from) {
    const heading = exchange.querySelector("h2");
    if (from === "link" || touch.matches) heading.focus({ preventScroll: true });
    else box.focus({ preventScroll: true });
    const behavior = still.matches ? "auto" : "smooth";
    if (exchange === log.firstElementChild) window.scrollTo({ top: 0, behavior });
    else exchange.scrollIntoView({ block: "start", behavior });
  }

  // crypto.randomUUID is missing where the page is served over plain http from another machine.
  function randomId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
})();
