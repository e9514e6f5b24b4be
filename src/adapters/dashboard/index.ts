export { type DashboardLimits, DEFAULT_DASHBOARD_LIMITS } from './limits.ts';
export {
  type Dashboard,
  type DashboardOptions,
  type DashboardStartError,
  startDashboard,
} from './server.ts';
