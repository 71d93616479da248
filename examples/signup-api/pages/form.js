import { ask } from "./ask.js";

export const byId = (id) => document.getElementById(id);

/** What is typed in a form, by the names of its inputs. */
export const typedIn = (form) => Object.fromEntries(new FormData(form));

export const say = (form, text) => {
  byId(`${form.id}-message`).textContent = text;
};

/** Posts what a form says when it is sent, or when one of its other buttons is pressed. */
export function onPress(form, button, { path, body, done }) {
  const send = async (event) => {
    event.preventDefault();
    clear(form);
    say(form, "One moment …");
    button.disabled = true;
    const answer = await ask("POST", path, { body: body() });
    button.disabled = false;
    if (!answer.ok) return showProblem(form, answer.body);
    say(form, "");
    return done(answer.body);
  };
  if (button.type === "submit") form.addEventListener("submit", send);
  else button.addEventListener("click", send);
}

function clear(form) {
  for (const input of form.querySelectorAll("input")) {
    input.removeAttribute("aria-invalid");
    byId(`${input.id}-error`).textContent = "";
  }
}

/** Beside the field that it is about, where there is one. */
function showProblem(form, problem) {
  const input = form.elements.namedItem(fieldOf(problem));
  const text = sentence(problem);
  say(form, input === null ? text : "Please mend the field that is marked.");
  if (input === null) return;
  byId(`${input.id}-error`).textContent = text;
  input.setAttribute("aria-invalid", "true");
  input.focus();
}

const FIELDS = { "name-invalid": "name", "email-invalid": "email", "phone-invalid": "phone", "password-rejected": "password" };

function fieldOf({ code, issues = [], argument = "" }) {
  const path = code === "attributes-invalid" ? (issues[0]?.path ?? "") : argument;
  return FIELDS[code] ?? path.split(".")[0];
}

function sentence({ code, title, detail, issues = [], retryAt }) {
  if (code === "attributes-invalid") return issues[0]?.message ?? title;
  if (retryAt !== undefined) return `${title}. Try again after ${new Date(retryAt).toLocaleTimeString()}.`;
  return detail ?? title;
}
