/** `signalbox/openfeature`: feature flags for applications. Needs `@openfeature/server-sdk` beside it. */
export {
  createProvider,
  type ProviderOptions,
  SignalboxProvider,
} from '../../adapters/flags/openfeature-provider.js';
