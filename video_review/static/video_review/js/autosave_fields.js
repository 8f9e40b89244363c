// Reading and writing the fields of a form by name: text, one choice, several ticks.

export function read(form, name) {
  const fields = named(form, name);
  if (fields[0].type === "checkbox") return fields.filter((one) => one.checked).map(value);
  if (fields[0].type === "radio") return fields.find((one) => one.checked)?.value ?? "";
  return fields[0].value;
}

export function write(form, name, content) {
  for (const field of named(form, name)) {
    if (field.type === "checkbox") field.checked = [content].flat().includes(field.value);
    else if (field.type === "radio") field.checked = field.value === content;
    else {
      field.value = content;
      if (content) field.closest("details.item__words")?.setAttribute("open", "");
    }
  }
}

export function has(form, name) {
  return named(form, name).length > 0;
}

function named(form, name) {
  return [...form.elements].filter((one) => one.name === name);
}

function value(field) {
  return field.value;
}
