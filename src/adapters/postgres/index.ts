export {
  databaseOfJournal,
  EmbeddedServer,
  type EmbeddedServerOptions,
} from './embedded-server.ts';
export { Projector, type ProjectorDeps, type ProjectorOptions } from './projector.ts';
export { type DatabaseServer, ExternalServer, withoutPassword } from './server.ts';
