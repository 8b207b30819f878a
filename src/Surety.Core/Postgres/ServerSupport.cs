using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres;

/// <summary>Which servers Surety works with.</summary>
internal static class ServerSupport
{
    /// <summary>
    /// The oldest major version: 14 is where heap tables can be read by ctid ranges without a full scan for each (release
    /// notes of PostgreSQL 14, "TID range scans").
    /// </summary>
    public const int OldestMajor = 14;

    public static void Ensure(ServerInfo server)
    {
        if (server.Major < OldestMajor)
        {
            throw new SuretyException(
                ErrorCode.ServerTooOld,
                $"the server is PostgreSQL {server.Version}; Surety needs {OldestMajor} or newer; nothing was changed",
                "upgrade the server, or use pg_dump of its own version"
            );
        }
    }
}
