using Npgsql;
using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Catalog;

/// <summary>Reads PostgreSQL's catalogs over one open connection, in whatever transaction it is in.</summary>
internal sealed class CatalogReader(NpgsqlConnection connection)
{
    // One UNION ALL per batch: a query tree of some hundred branches plans fast, one of many thousand does not.
    private const int SequencesPerQuery = 200;

    public async Task<ServerInfo> ReadServerAsync(CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            SqlFile.Read("server"),
            r => new ServerInfo
            {
                Version = r.GetString(0),
                VersionNumber = r.GetInt32(1),
                Encoding = r.GetString(2),
                BlockSize = r.GetInt32(3),
                Database = r.GetString(4),
                Role = r.GetString(5),
                Superuser = r.GetBoolean(6),
                InRecovery = r.GetBoolean(7),
            },
            cancellationToken
        );
        return rows[0];
    }

    /// <summary>The cluster's identity, or null where the role may not ask.</summary>
    public async Task<string?> ReadSystemIdentifierAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
                   THEN (SELECT system_identifier::text FROM pg_control_system()) END
            """;
        var rows = await QueryAsync(sql, r => NullableText(r, 0), cancellationToken);
        return rows[0];
    }

    public Task<IReadOnlyList<Relation>> ReadRelationsAsync(
        SchemaFilter filter,
        ServerInfo server,
        CancellationToken cancellationToken
    ) =>
        QueryAsync(
            SqlFile.Read("tables"),
            r => ReadRelation(r, server),
            cancellationToken,
            filter.Only.ToArray(),
            filter.Except.ToArray()
        );

    public Task<IReadOnlyList<Sequence>> ReadSequencesAsync(SchemaFilter filter, CancellationToken cancellationToken) =>
        QueryAsync(
            SqlFile.Read("sequences"),
            r => new Sequence(
                r.GetFieldValue<uint>(0),
                new QualifiedName(r.GetString(1), r.GetString(2)),
                r.GetBoolean(3)
            ),
            cancellationToken,
            filter.Only.ToArray(),
            filter.Except.ToArray()
        );

    /// <summary>The state of each sequence now: sequences know no snapshot (manual section 9.17).</summary>
    public async Task<IReadOnlyList<SequenceEntry>> ReadSequenceStatesAsync(
        IEnumerable<Sequence> sequences,
        CancellationToken cancellationToken
    )
    {
        var states = new List<SequenceEntry>();
        foreach (var batch in sequences.Chunk(SequencesPerQuery))
        {
            var selects = batch.Select((s, i) => $"SELECT {i}, last_value, is_called FROM {s.Name.Sql}");
            states.AddRange(
                await QueryAsync(
                    string.Join(" UNION ALL ", selects),
                    r =>
                    {
                        var name = batch[r.GetInt32(0)].Name;
                        return new SequenceEntry(name.Schema, name.Name, r.GetInt64(1), r.GetBoolean(2));
                    },
                    cancellationToken
                )
            );
        }

        return states;
    }

    public Task<IReadOnlyList<LargeObject>> ReadLargeObjectsAsync(CancellationToken cancellationToken) =>
        QueryAsync(
            SqlFile.Read("large-objects"),
            r => new LargeObject(
                r.GetFieldValue<uint>(0),
                r.GetString(1),
                NullableText(r, 2),
                NullableText(r, 3),
                r.GetBoolean(4)
            ),
            cancellationToken
        );

    public Task<IReadOnlyList<RoleEntry>> ReadRolesAsync(CancellationToken cancellationToken) =>
        QueryAsync(
            SqlFile.Read("roles"),
            r => new RoleEntry
            {
                Name = r.GetString(0),
                Superuser = r.GetBoolean(1),
                Inherit = r.GetBoolean(2),
                CreateRole = r.GetBoolean(3),
                CreateDatabase = r.GetBoolean(4),
                CanLogin = r.GetBoolean(5),
                Replication = r.GetBoolean(6),
                BypassRowSecurity = r.GetBoolean(7),
                ConnectionLimit = r.GetInt32(8),
                MemberOf = r.GetFieldValue<string[]>(9),
                NamedByPolicy = r.GetBoolean(10),
            },
            cancellationToken
        );

    public Task<IReadOnlyList<string>> ReadTablespacesAsync(CancellationToken cancellationToken) =>
        QueryAsync(SqlFile.Read("tablespaces"), r => r.GetString(0), cancellationToken);

    /// <summary>Bytes on disk of each table (its heap's pages, and all with TOAST), by OID; read after locking.</summary>
    public async Task<IReadOnlyDictionary<uint, TableSize>> ReadTableSizesAsync(
        IEnumerable<Relation> tables,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT oid, pg_relation_size(oid), pg_table_size(oid) FROM unnest($1::oid[]) t (oid)
            """;
        var sizes = await QueryAsync(
            sql,
            r => (Oid: r.GetFieldValue<uint>(0), Size: new TableSize(r.GetInt64(1), r.GetInt64(2))),
            cancellationToken,
            tables.Select(t => t.Oid).ToArray()
        );
        return sizes.ToDictionary(s => s.Oid, s => s.Size);
    }

    public async Task<DatabaseEntry> ReadDatabaseAsync(CancellationToken cancellationToken)
    {
        var settings = await QueryAsync(
            SqlFile.Read("database-settings"),
            r => new SettingEntry(NullableText(r, 0), r.GetString(1), r.GetString(2)),
            cancellationToken
        );
        var rows = await QueryAsync(
            SqlFile.Read("database"),
            r => new DatabaseEntry
            {
                Owner = r.GetString(0),
                Encoding = r.GetString(1),
                Collate = r.GetString(2),
                CharacterType = r.GetString(3),
                LocaleProvider = r.GetString(4),
                Locale = NullableText(r, 5),
                IcuRules = NullableText(r, 6),
                Acl = NullableText(r, 7),
                Comment = NullableText(r, 8),
                ConnectionLimit = r.GetInt32(9),
                Tablespace = r.GetString(10),
                Settings = settings,
            },
            cancellationToken
        );
        return rows[0];
    }

    public Task<IReadOnlyList<IncompleteItem>> ReadUnreadableDefinitionsAsync(CancellationToken cancellationToken) =>
        QueryAsync(
            SqlFile.Read("unreadable-definitions"),
            r => new IncompleteItem(r.GetString(0), r.GetString(1), r.GetString(2)),
            cancellationToken
        );

    /// <summary>Who keeps the backend <paramref name="processId"/> waiting, each as a line for people.</summary>
    public Task<IReadOnlyList<string>> ReadBlockersAsync(int processId, CancellationToken cancellationToken) =>
        QueryAsync(SqlFile.Read("blockers"), r => r.GetString(0), cancellationToken, processId);

    /// <summary>Runs a query and reads every row of its (small) result.</summary>
    public Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken,
        params object[] parameters
    ) => connection.QueryAsync(sql, read, cancellationToken, parameters);

    private static Relation ReadRelation(NpgsqlDataReader r, ServerInfo server)
    {
        var kind = r.GetString(3) switch
        {
            "r" => RelationKind.Table,
            "p" => RelationKind.Partitioned,
            "f" => RelationKind.Foreign,
            _ => RelationKind.MaterializedView,
        };
        var unlogged = r.GetBoolean(4);
        return new Relation
        {
            Oid = r.GetFieldValue<uint>(0),
            Name = new QualifiedName(r.GetString(1), r.GetString(2)),
            Kind = kind,
            Unlogged = unlogged,
            FileNode = (r.GetFieldValue<uint>(5), r.GetFieldValue<uint>(6)),
            IsHeap = r.GetBoolean(7),
            Extension = NullableText(r, 8),
            Condition = NullableText(r, 9),
            Columns = r.GetFieldValue<string[]>(10),
            GeneratedColumns = r.GetFieldValue<string[]>(11),
            NeedsText = r.GetBoolean(12),
            LoadThrough = r.IsDBNull(13) ? null : new QualifiedName(r.GetString(13), r.GetString(14)),
            HasPrivileges = r.GetBoolean(15) && r.GetBoolean(16),
            Unreadable = Unreadable(r, server, unlogged),
        };
    }

    private static string? Unreadable(NpgsqlDataReader r, ServerInfo server, bool unlogged) =>
        (Usable: r.GetBoolean(15), Selectable: r.GetBoolean(16), Hidden: r.GetBoolean(17)) switch
        {
            { Usable: false } => $"role {server.Role} has no USAGE on its schema",
            { Selectable: false } => $"role {server.Role} has no SELECT on it",
            { Hidden: true } => $"row level security hides rows from role {server.Role}",
            _ when unlogged && server.InRecovery => "an unlogged table cannot be read on a standby",
            _ => null,
        };

    private static string? NullableText(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);
}
