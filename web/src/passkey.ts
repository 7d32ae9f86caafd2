// form[data-passkey]: signs in by a passkey ("get"), makes one ("create"), or leads to where one is made ("may"). A form for "get" or "may" is
// shown only where the browser knows passkeys and the page is open at the address for which they are kept.

type Wire = Record<string, unknown>;

const bytes = (text: unknown): Uint8Array<ArrayBuffer> => {
  const plain = atob(String(text).replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
};

const text = (buffer: ArrayBuffer | null): string | undefined =>
  buffer === null ? undefined : btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export function listenForPasskeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    const { passkey, origin } = form.dataset;
    if (passkey !== "create") {
      if (!("PublicKeyCredential" in window) || location.origin !== origin) continue;
      form.hidden = false;
      document.querySelector("[data-passkey-not]")?.setAttribute("hidden", "");
    }
    if (passkey !== "may") form.addEventListener("submit", (event) => ask(form, event));
  }
}

function ask(form: HTMLFormElement, event: SubmitEvent): void {
  const field = form.querySelector<HTMLInputElement>(`[name="response"]`);
  if (!field || field.value !== "") return; // answered: the browser sends it
  event.preventDefault();
  event.stopPropagation();
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  void answer(form)
    .then((given) => {
      field.value = JSON.stringify(given);
      tell(form, "");
      form.removeAttribute("aria-busy");
      form.requestSubmit();
    })
    .catch((error: unknown) => {
      form.removeAttribute("aria-busy");
      const { there, stopped } = form.dataset;
      tell(form, (error instanceof DOMException && error.name === "InvalidStateError" ? there : stopped) ?? "");
    });
}

function tell(form: HTMLFormElement, words: string): void {
  const told = form.querySelector("[data-passkey-told]");
  if (told) told.textContent = words;
}

async function answer(form: HTMLFormElement): Promise<Wire> {
  if (form.dataset["passkey"] === "create") return create(JSON.parse(form.dataset["options"] ?? "{}") as Wire);
  const shared = form.querySelector<HTMLInputElement>(`[name="shared"]`);
  if (shared) shared.value = document.querySelector<HTMLInputElement>(`input[type="checkbox"][name="shared"]`)?.checked ? "1" : "";
  const begun = await fetch(form.dataset["begin"] ?? "", { method: "POST", headers: { Accept: "application/json" } });
  if (!begun.ok) throw new Error(String(begun.status));
  return get((await begun.json()) as Wire);
}

const named = (list: unknown): PublicKeyCredentialDescriptor[] =>
  ((list as Wire[] | undefined) ?? []).map((c) => ({ ...c, id: bytes(c["id"]) }) as unknown as PublicKeyCredentialDescriptor);

async function create(o: Wire): Promise<Wire> {
  const user = o["user"] as Wire;
  const publicKey = {
    ...o,
    challenge: bytes(o["challenge"]),
    user: { ...user, id: bytes(user["id"]) },
    excludeCredentials: named(o["excludeCredentials"]),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return whole(made, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

async function get(o: Wire): Promise<Wire> {
  const publicKey = { ...o, challenge: bytes(o["challenge"]), allowCredentials: named(o["allowCredentials"]) } as unknown as PublicKeyCredentialRequestOptions;
  const given = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = given.response as AuthenticatorAssertionResponse;
  return whole(given, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: text(response.userHandle),
  });
}

function whole(key: PublicKeyCredential, response: Wire): Wire {
  return { id: key.id, rawId: text(key.rawId), type: key.type, authenticatorAttachment: key.authenticatorAttachment ?? undefined, clientExtensionResults: {}, response };
}
