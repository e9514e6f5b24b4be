export { type DashboardLimits, DEFAULT_DASHBOARD_LIMITS } from './limits.ts';
export {
  type Dashboard,
  type DashboardOptions,
  type DashboardStartError,
  DEFAULT_DASHBOARD_HOST,
  DEFAULT_DASHBOARD_PORT,
  startDashboard,
} from './server.ts';
