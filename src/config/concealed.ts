import { inspect } from 'node:util';

/**
 * Makes `target` print as its `shown` part when it is inspected or turned into JSON, so that a configuration
 * that ends up in a log line or an error takes no secret with it. A copy made by spreading is not protected.
 */
export function conceal<T extends object>(target: T, shown: object): T {
  const print = () => shown;
  Object.defineProperties(target, { toJSON: { value: print }, [inspect.custom]: { value: print } });
  return target;
}

/** Freezes `target` and all it holds, but for bytes, which JavaScript cannot freeze. */
export function deepFreeze<T>(target: T): T {
  if (typeof target !== 'object' || target === null || ArrayBuffer.isView(target)) return target;
  for (const value of Object.values(target)) deepFreeze(value);
  return Object.freeze(target);
}
