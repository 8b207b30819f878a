namespace Surety.Core.Postgres.Tools;

/// <summary>The PostgreSQL programs that Surety runs.</summary>
public enum PostgresTool
{
    PgDump,
    PgDumpAll,
    PgRestore,
    Psql,
    InitDb,
    PgCtl,
    Postgres,
}

internal static class PostgresToolNames
{
    /// <summary>The file's name, with <c>.exe</c> on Windows.</summary>
    public static string FileName(this PostgresTool tool) =>
        OperatingSystem.IsWindows() ? $"{tool.ProgramName()}.exe" : tool.ProgramName();

    public static string ProgramName(this PostgresTool tool) =>
        tool switch
        {
            PostgresTool.PgDump => "pg_dump",
            PostgresTool.PgDumpAll => "pg_dumpall",
            PostgresTool.PgRestore => "pg_restore",
            PostgresTool.Psql => "psql",
            PostgresTool.InitDb => "initdb",
            PostgresTool.PgCtl => "pg_ctl",
            PostgresTool.Postgres => "postgres",
            _ => throw new ArgumentOutOfRangeException(nameof(tool), tool, null),
        };
}
