import type { Deployment } from '../model/deployment/deployment.js';

/** What every log line about a deployment carries. */
export const boundTo = ({ id, service, environment, version, state }: Deployment) => ({
  deployment: id,
  service,
  environment,
  version,
  state: state.status,
  step: state.status === 'executing' ? state.step : null,
});
