export {
  databaseOfJournal,
  EmbeddedServer,
  type EmbeddedServerOptions,
} from './embedded-server.ts';
export { Projector, type ProjectorDeps, type ProjectorOptions } from './projector.ts';
export { type DatabaseServer, ExternalServer } from './server.ts';
