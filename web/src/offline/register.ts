interface Policy {
  createScriptURL(url: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}

const script = '/service-worker.js';

/** Installs the service worker, by the one URL that the page's policy lets through. */
export function registerServiceWorker(): void {
  if (!('serviceWorker' in navigator)) return;
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  const policy = factory?.createPolicy('daymark', { createScriptURL: () => script });
  // Installed once the page stands: its downloads must not compete with it.
  const register = () => void navigator.serviceWorker.register(policy?.createScriptURL(script) ?? script);
  if (document.readyState === 'complete') register();
  else addEventListener('load', register);
}
