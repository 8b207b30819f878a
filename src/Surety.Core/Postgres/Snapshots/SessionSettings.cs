using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Postgres.Snapshots;

/// <summary>
/// Settings that every session of Surety pins, so that the bytes it reads do not depend on how the role, the database or
/// the server is configured (DESIGN section 4.2, pg_dump's setup_connection).
/// </summary>
internal static class SessionSettings
{
    /// <summary>
    /// The encoding of rows as they are read and written: that of the backup, so that their bytes are those of the
    /// database. Everything else goes over Npgsql, which speaks UTF-8.
    /// </summary>
    public static string Encoding(string name) => $"SET client_encoding = {SqlText.Literal(name)}";

    /// <summary>First of all: names mean what the catalog means by them, whatever the database's search_path has.</summary>
    public const string PinNames = "SET search_path = pg_catalog";

    /// <summary>What decides how the bytes of loaded rows are understood.</summary>
    public static string ForLoading(string encoding) =>
        $"""
            {PinNames}; SET standard_conforming_strings = on; {Encoding(encoding)};
            SET DateStyle = ISO; SET IntervalStyle = postgres; SET TimeZone = 'UTC'; SET xmloption = content;
            SET row_security = off; SET check_function_bodies = off
            """;

    /// <summary>Statements that pin the session; correct on every server version from 14.</summary>
    public static string Pin(ServerInfo server)
    {
        string[] settings =
        [
            "search_path = pg_catalog",
            // A policy that hides rows becomes an error, never a gap; FORCE ROW LEVEL SECURITY too.
            "row_security = off",
            "quote_all_identifiers = off",
            "standard_conforming_strings = on",
            "DateStyle = ISO",
            "IntervalStyle = postgres",
            "TimeZone = 'UTC'",
            "extra_float_digits = 3",
            "bytea_output = hex",
            "xmloption = content",
            "lc_monetary = 'C'",
            // Every scan starts at the table's first page and stays in one process: chunks come out alike each time.
            "synchronize_seqscans = off",
            "enable_tidscan = on",
            "max_parallel_workers_per_gather = 0",
            // The catalog queries look costly to the planner and are not: compiling them takes longer than running them.
            "jit = off",
            "statement_timeout = 0",
            "lock_timeout = 0",
            "idle_in_transaction_session_timeout = 0",
        ];
        var all = server.Major >= 17 ? settings.Append("transaction_timeout = 0") : settings;
        return string.Join("; ", all.Select(s => $"SET {s}"));
    }
}
