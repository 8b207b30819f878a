using System.Data;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>
/// A new database under a working name, from which people can tell that it is not complete. It is dropped again unless it
/// was given its own name; where Surety is killed, <see cref="AbandonedCopies"/> finds it.
/// </summary>
/// <param name="server">A session outside the database.</param>
/// <param name="info">What is known of the server.</param>
/// <param name="wanted">What it is made for.</param>
/// <param name="operation">For whom: <c>restore</c> or <c>rollback</c>.</param>
internal sealed class WorkingDatabase(
    NpgsqlConnection server,
    ServerInfo info,
    ConnectionTarget wanted,
    string operation
)
{
    private bool named;

    /// <summary>Where to restore to.</summary>
    public ConnectionTarget Target { get; } = wanted.WithDatabase(AbandonedCopies.NewName(operation));

    /// <summary>Creates it with the encoding and locale of <paramref name="original"/>.</summary>
    /// <param name="original">What the database is a copy of.</param>
    /// <param name="tablespace">Where its files go; null for the server's default.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task CreateAsync(DatabaseEntry original, string? tablespace, CancellationToken cancellationToken)
    {
        var session = SqlText.Literal(AbandonedCopies.SessionName(operation, Target.Database));
        await server.RunAsync($"SET application_name = {session}", cancellationToken);
        var place = tablespace is null ? "" : $" TABLESPACE {SqlText.Identifier(tablespace)}";
        await server.RunAsync(CreateSql(original) + place, cancellationToken);
    }

    /// <summary>
    /// Gives it what belongs to a database itself: comment, connection limit, settings; owner and grants only where
    /// <paramref name="owners"/> says so.
    /// </summary>
    public async Task ApplyPropertiesAsync(DatabaseEntry original, bool owners, CancellationToken cancellationToken)
    {
        var database = $"DATABASE {SqlText.Identifier(Target.Database)}";
        if (original.Comment is { } comment)
        {
            await server.RunAsync($"COMMENT ON {database} IS {SqlText.Literal(comment)}", cancellationToken);
        }

        if (original.ConnectionLimit != -1)
        {
            await server.RunAsync($"ALTER {database} CONNECTION LIMIT {original.ConnectionLimit}", cancellationToken);
        }

        foreach (var setting in original.Settings.Where(s => owners || s.Role is null))
        {
            await server.RunAsync(DatabaseSettings.AlterSql(Target.Database, setting), cancellationToken);
        }

        if (owners)
        {
            await server.RunAsync($"ALTER {database} OWNER TO {SqlText.Identifier(original.Owner)}", cancellationToken);
            await Grants.ApplyAsync(server, database, original.Owner, original.Acl, cancellationToken);
        }
    }

    /// <summary>Says that it bears its own name now: it is not dropped any more.</summary>
    public void MarkNamed() => named = true;

    /// <summary>Drops it unless it was named, as far as the session to the server still lives.</summary>
    public Task DropUnlessNamedAsync() =>
        named || server.FullState != ConnectionState.Open
            ? Task.CompletedTask
            : DatabaseRemoval.DropAsync(server, Target);

    private string CreateSql(DatabaseEntry original)
    {
        var sql =
            $"CREATE DATABASE {SqlText.Identifier(Target.Database)} TEMPLATE template0"
            + $" ENCODING {SqlText.Literal(original.Encoding)}"
            + $" LC_COLLATE {SqlText.Literal(original.Collate)} LC_CTYPE {SqlText.Literal(original.CharacterType)}";
        var locale = original.Locale is null ? "" : SqlText.Literal(original.Locale);
        return original.LocaleProvider switch
        {
            "icu" => $"{sql} LOCALE_PROVIDER icu ICU_LOCALE {locale}{IcuRules(original)}",
            "builtin" => $"{sql} LOCALE_PROVIDER builtin BUILTIN_LOCALE {locale}",
            _ when info.Major >= 15 => $"{sql} LOCALE_PROVIDER libc",
            _ => sql,
        };
    }

    private static string IcuRules(DatabaseEntry original) =>
        original.IcuRules is { } rules ? $" ICU_RULES {SqlText.Literal(rules)}" : "";
}
