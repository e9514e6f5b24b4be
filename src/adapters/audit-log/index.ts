export { type AuditPaths, auditPaths } from './audit-files.ts';
export { type AuditDisk, systemDisk } from './disk.ts';
export { FileAuditLog, type FileAuditLogOptions } from './file-audit-log.ts';
export { type AuditCheck, verifyAuditLog } from './verify.ts';
