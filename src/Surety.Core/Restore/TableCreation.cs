using System.Text.RegularExpressions;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>Creates tables of a backup and fills them, within the caller's transaction.</summary>
internal sealed partial class TableCreation(SchemaLoad archive, RowLoad rows, BackupContents contents, bool noOwner)
{
    /// <summary>Creates tables that are gone, with everything of theirs: defaults, keys, indexes, triggers, policies, grants.</summary>
    public async Task<IReadOnlyList<RestoredTable>> RunAsync(
        NpgsqlConnection connection,
        IReadOnlyList<TableEntry> tables,
        CancellationToken cancellationToken
    )
    {
        var restored = new List<RestoredTable>();
        if (tables.Count == 0)
        {
            return restored;
        }

        var script = await archive.ScriptAsync(tables.Select(QualifiedName.Of).ToList(), noOwner, cancellationToken);
        await connection.RunAsync(script.BeforeRows, cancellationToken);
        foreach (var table in tables)
        {
            var name = QualifiedName.Of(table);
            await rows.LoadInEncodingAsync(connection, table, name.Sql, cancellationToken);
            TableProof.Require(connection, table, name, contents.Database.Encoding, cancellationToken);
            restored.Add(new RestoredTable($"{name}", $"{name}", "created", table.Receipt.Rows, null));
        }

        await SequenceLoad.RunAsync(
            connection,
            contents.Sequences.Where(s => script.Entries.Any(e => e.Is("SEQUENCE", QualifiedName.Of(s)))).ToList(),
            cancellationToken
        );
        await connection.RunAsync(script.AfterRows, cancellationToken);
        return restored;
    }

    /// <summary>Puts the rows of the backup into new plain tables beside the existing ones.</summary>
    public async Task<IReadOnlyList<RestoredTable>> BesideAsync(
        NpgsqlConnection connection,
        IReadOnlyList<TableEntry> tables,
        BackupId backup,
        CancellationToken cancellationToken
    )
    {
        var restored = new List<RestoredTable>();
        foreach (var table in tables)
        {
            var name = QualifiedName.Of(table);
            var beside = Beside(name, backup);
            await CreateBesideAsync(connection, name, beside, cancellationToken);
            await rows.LoadInEncodingAsync(connection, table, beside.Sql, cancellationToken);
            TableProof.Require(connection, table, beside, contents.Database.Encoding, cancellationToken);
            restored.Add(new RestoredTable($"{name}", $"{beside}", "beside", table.Receipt.Rows, null));
        }

        return restored;
    }

    /// <summary>The table's name and the backup's id, the name cut where both together are too long.</summary>
    internal static QualifiedName Beside(QualifiedName name, BackupId backup)
    {
        var suffix = $"_{backup.ToString().ToLowerInvariant().Replace('-', '_')}";
        return name with { Name = SqlText.NameWithSuffix(name.Name, suffix) };
    }

    /// <summary>
    /// Columns, types, defaults in place and checks as the backup's table has them; no keys, indexes or triggers. A child
    /// is cut off from its parents, so that its rows do not appear twice there.
    /// </summary>
    private async Task CreateBesideAsync(
        NpgsqlConnection connection,
        QualifiedName name,
        QualifiedName beside,
        CancellationToken cancellationToken
    )
    {
        var definition = await archive.DefinitionAsync(name, cancellationToken);
        var statement = CreateTable().Match(definition);
        if (!statement.Success)
        {
            throw new SuretyException(
                ErrorCode.RestoreIncomplete,
                $"the backup's definition of {name} cannot be given another name",
                "restore the whole backup into a new database, or use --replace"
            );
        }

        var sql = $"{statement.Groups["create"].Value}{beside.Sql}{statement.Groups["rest"].Value}";
        try
        {
            await connection.RunAsync(sql, cancellationToken);
        }
        catch (SuretyException e) when (ServerErrors.SqlStateOf(e) == PostgresErrorCodes.DuplicateTable)
        {
            throw new SuretyException(
                ErrorCode.TargetExists,
                $"{beside} exists already",
                "this backup's table was restored before: drop or rename that table first",
                e
            );
        }

        const string parents = "SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = $1::text::regclass";
        foreach (var parent in await connection.QueryAsync(parents, r => r.GetString(0), cancellationToken, beside.Sql))
        {
            await connection.RunAsync($"ALTER TABLE {beside.Sql} NO INHERIT {parent}", cancellationToken);
        }
    }

    [GeneratedRegex(
        """^(?<create>CREATE (UNLOGGED )?TABLE )("([^"]|"")+"|[^\s."(]+)\.("([^"]|"")+"|[^\s."(]+)(?<rest> .*?\n\)[^;]*;)""",
        RegexOptions.Singleline | RegexOptions.Multiline
    )]
    private static partial Regex CreateTable();
}
