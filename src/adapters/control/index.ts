export { type ControlClientError, sendCommand } from './client.ts';
export {
  CONTROL_KINDS,
  type ControlCommand,
  type ControlRefusal,
  type ControlReply,
  MAX_REASON_LENGTH,
  MAX_REPLY_BYTES,
  MAX_REQUEST_BYTES,
} from './protocol.ts';
export {
  type ControlOptions,
  type ControlServer,
  type ControlStartError,
  startControl,
} from './server.ts';
export { type ControlSocketPath, controlSocketPath, MAX_SOCKET_PATH_BYTES } from './socket-path.ts';
