import { ask } from "./ask.js";
import { byId, onPress, say } from "./form.js";

// In memory alone: no other page or tab finds them, and a script that gets in later finds no store to read them from. Whoever loads the
// page again logs in again.
let tokens;

const form = byId("log-in");
const profile = byId("profile");

onPress(form, byId("log-in-button"), {
  path: "/api/v1/login/",
  body: () => ({ email: form.elements.email.value, password: form.elements.password.value }),
  done: async (body) => {
    tokens = body;
    form.reset();
    await show();
  },
});

byId("reload-button").addEventListener("click", show);

byId("log-out-button").addEventListener("click", async () => {
  const { refresh_token } = tokens;
  const answer = await ask("POST", "/api/v1/logout/", { body: { refresh_token } });
  if (!answer.ok) return say(profile, answer.body.title);
  return leave("You are logged out.");
});

async function show() {
  const answer = await asWhoever(() => ask("GET", "/api/v1/profile/", { token: tokens.access_token }));
  if (!answer.ok) return answer.body.status === 401 ? leave("Your session has ended. Log in again.") : say(profile, answer.body.title);
  const { name, surname, email, phone, hobbies, email_verified, phone_verified } = answer.body;
  const texts = {
    name,
    surname,
    email,
    phone,
    hobbies: hobbies.join(", "),
    "email-verified": email_verified ? "yes" : "no",
    "phone-verified": phone_verified ? "yes" : "no",
  };
  for (const [part, text] of Object.entries(texts)) byId(`profile-${part}`).textContent = text;
  say(profile, "");
  form.hidden = true;
  profile.hidden = false;
  profile.focus();
}

/** Once more with the next pair of tokens, where the access token has had its time. */
async function asWhoever(request) {
  const answer = await request();
  if (answer.body?.code !== "access-token-invalid") return answer;
  const next = await ask("POST", "/api/v1/refresh/", { body: { refresh_token: tokens.refresh_token } });
  if (!next.ok) return next;
  tokens = next.body;
  return request();
}

function leave(text) {
  tokens = undefined;
  for (const shown of profile.querySelectorAll("dd")) shown.textContent = "";
  profile.hidden = true;
  form.hidden = false;
  say(form, text);
  byId("email").focus();
}
