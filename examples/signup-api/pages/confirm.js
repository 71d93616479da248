import { byId, onPress, say, typedIn } from "./form.js";

// The fragment goes to no server, and is sent when a button is pressed: mail scanners follow links, and press no buttons.
const link = decoded(location.hash.slice(1));
if (link !== "") {
  // Nobody finds it in the history of a shared browser.
  history.replaceState(null, "", location.pathname);
  byId("mailed-code").hidden = true;
  byId("resend-email-button").hidden = true;
  byId("link-found").hidden = false;
}

// Another link that is opened in this tab changes its fragment alone.
addEventListener("hashchange", () => location.reload());

const email = byId("confirm-email");
const phone = byId("confirm-phone");
const mailProof = ({ email, code }) => (link === "" ? { email, code } : { link });

onPress(email, byId("confirm-email-button"), {
  path: "/api/v1/signup/confirm-email/",
  body: () => ({ ...mailProof(typedIn(email)), password: typedIn(email).password }),
  done: () => {
    say(email, "Your e-mail address is confirmed. A code is on its way to your phone.");
    phone.elements.password.value = email.elements.password.value;
    phone.elements.phone.focus();
  },
});

onPress(email, byId("release-email-button"), {
  path: "/api/v1/signup/release-email/",
  body: () => mailProof(typedIn(email)),
  done: () => say(email, "Your address was taken from whoever has signed up with it. You can sign up with it yourself."),
});

onPress(email, byId("resend-email-button"), {
  path: "/api/v1/signup/resend-email/",
  body: () => ({ email: typedIn(email).email }),
  done: () => say(email, "If this address is to be confirmed, another mail is on its way."),
});

onPress(phone, byId("confirm-phone-button"), {
  path: "/api/v1/signup/confirm-phone/",
  body: () => typedIn(phone),
  done: () => {
    phone.reset();
    say(phone, "Your phone is confirmed.");
  },
});

onPress(phone, byId("release-phone-button"), {
  path: "/api/v1/signup/release-phone/",
  body: () => ({ phone: typedIn(phone).phone, code: typedIn(phone).code }),
  done: () => say(phone, "Your number was taken from whoever has signed up with it. You can sign up with it yourself."),
});

onPress(phone, byId("resend-phone-button"), {
  path: "/api/v1/signup/resend-phone/",
  body: () => ({ phone: typedIn(phone).phone }),
  done: () => say(phone, "If this number is to be confirmed, another text message is on its way."),
});

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
