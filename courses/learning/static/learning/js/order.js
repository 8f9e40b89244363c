// A question about order: instead of a list of places, buttons that move a line up or down.
// Without this module the lists stay, and the form is the same.

for (const group of document.querySelectorAll("[data-order]")) {
  const fields = [...group.querySelectorAll(".field")];
  const list = document.createElement("ol");
  list.className = "order-list";
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.setAttribute("role", "status");

  const lines = fields.map((field, number) => {
    const select = field.querySelector("select");
    const line = document.createElement("li");
    line.className = "order-list__line";
    const text = document.createElement("span");
    text.className = "order-list__text";
    text.textContent = field.querySelector(".field__label").textContent.trim();
    const up = button("arrow-up", gettext("Move up: %s"), text.textContent);
    const down = button("arrow-down", gettext("Move down: %s"), text.textContent);
    up.addEventListener("click", () => move(line, -1, up));
    down.addEventListener("click", () => move(line, 1, down));
    line.append(text, up, down);
    return { line, select, place: Number(select.value) || number + 1 };
  });

  // What was chosen before comes back in its places.
  for (const { line } of [...lines].sort((one, other) => one.place - other.place)) list.append(line);
  for (const field of fields) field.hidden = true;
  group.querySelector(".field__hint")?.remove();
  group.append(list, told);
  number();

  function button(arrow, name, text) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `button button--small order-list__button order-list__button--${arrow}`;
    made.setAttribute("aria-label", interpolate(name, [text]));
    return made;
  }

  function move(line, by, pressed) {
    const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(line);
    else other.after(line);
    number();
    const place = [...list.children].indexOf(line) + 1;
    told.textContent = interpolate(gettext("Now at place %s"), [place]);
    if (pressed.disabled) line.querySelector("button:not(:disabled)").focus();
    else pressed.focus();
  }

  function number() {
    const order = [...list.children];
    order.forEach((line, place) => {
      const { select } = lines.find((one) => one.line === line);
      select.value = String(place + 1);
      const [up, down] = line.querySelectorAll("button");
      up.disabled = place === 0;
      down.disabled = place === order.length - 1;
    });
  }
}
