using System.Text;
using Surety.Core.Postgres.Wire;
using Surety.Repository.Manifests;

namespace Surety.IntegrationTests.Wire;

[Collection(nameof(AuthServer))]
public sealed class CopyOutTests(AuthServer server)
{
    private const string EveryType = """
        SELECT i, i::smallint AS s, i::bigint * 1e12::bigint AS b, i / 7.0 AS n, i / 3.0::float8 AS f, i % 2 = 0 AS t,
            'line' || chr(10) || chr(9) || '\' || chr(13) || repeat('ü', i % 50) AS text, ''::text AS empty,
            CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS sometimes, NULL::int AS never,
            decode(md5(i::text), 'hex') AS bytes, gen_random_uuid() AS id, now() + i * interval '1 s' AS at,
            make_interval(mins => i) AS long, jsonb_build_object('i', i) AS doc, '{"k": null}'::json AS json,
            ARRAY[i, NULL, i + 1] AS many, ARRAY['a,b', 'c"d', NULL] AS texts, ARRAY[[1, 2], [3, 4]] AS deep,
            int4range(i, i + 5) AS range, '10.1.0.0/16'::inet AS net, point(i, -i) AS point, B'101' AS bits,
            '<a>&lt;</a>'::xml AS xml, to_tsvector('simple', 'word ' || i) AS words, i::oid AS oid,
            (i, 'x')::pair AS composite
        FROM generate_series(1, 20000) i
        """;

    [Theory]
    [InlineData("trusted", false)]
    [InlineData("scram", true)]
    public void Both_sessions_read_the_same_bytes_in_both_formats(string role, bool encrypted)
    {
        server.Execute(
            $"""
            DROP TABLE IF EXISTS every_type; DROP TYPE IF EXISTS pair;
            CREATE TYPE pair AS (a int, b text);
            CREATE TABLE every_type AS {EveryType};
            GRANT SELECT ON every_type TO {role};
            """
        );
        var target = server.Tcp(role) with { SslMode = encrypted ? Npgsql.SslMode.Require : Npgsql.SslMode.Disable };

        foreach (var format in Enum.GetValues<RowFormat>())
        {
            var sql = $"COPY every_type TO STDOUT (FORMAT {format})";
            using var blocking = BlockingRowSession.Connect(target, "test", default);
            var rows = ReadAll(blocking, sql, format);
            using var connection = server.Open();
            using var npgsql = new NpgsqlRowSession(connection);

            rows.Count.ShouldBe(20000);
            ReadAll(npgsql, sql, format).Zip(rows).ShouldAllBe(pair => pair.First.SequenceEqual(pair.Second));
        }
    }

    [Theory]
    [MemberData(nameof(SessionsAndFormats))]
    public void Small_shapes_arrive_exactly(string session, RowFormat format)
    {
        using var rows = Open(session);
        (string Query, byte[][] Binary, string[] Text)[] cases =
        [
            ("SELECT 1 WHERE false", [], []),
            (
                "SELECT NULL::int",
                [
                    [0, 1, 0xFF, 0xFF, 0xFF, 0xFF],
                ],
                ["\\N\n"]
            ),
            (
                "SELECT ''::text",
                [
                    [0, 1, 0, 0, 0, 0],
                ],
                ["\n"]
            ),
            (
                "SELECT E'a\\nb\\\\'",
                [
                    [0, 1, 0, 0, 0, 4, .. "a\nb\\"u8],
                ],
                ["a\\nb\\\\\n"]
            ),
            (
                "SELECT 258::int2 FROM generate_series(1, 2)",
                [
                    [0, 1, 0, 0, 0, 2, 1, 2],
                    [0, 1, 0, 0, 0, 2, 1, 2],
                ],
                ["258\n", "258\n"]
            ),
            (
                "SELECT FROM generate_series(1, 3)",
                [
                    [0, 0],
                    [0, 0],
                    [0, 0],
                ],
                ["\n", "\n", "\n"]
            ),
        ];
        foreach (var (query, binary, text) in cases)
        {
            var expected = format == RowFormat.Binary ? binary : [.. text.Select(Encoding.UTF8.GetBytes)];
            ReadAll(rows, $"COPY ({query}) TO STDOUT (FORMAT {format})", format)
                .Select(Convert.ToHexString)
                .ShouldBe(expected.Select(Convert.ToHexString), query);
        }
    }

    [Theory]
    [MemberData(nameof(SessionsAndFormats))]
    public void A_table_without_columns_has_rows(string session, RowFormat format)
    {
        server.Execute("DROP TABLE IF EXISTS bare; CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES");
        using var rows = Open(session);

        ReadAll(rows, $"COPY bare TO STDOUT (FORMAT {format})", format).Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(SessionsAndFormats))]
    public void Rows_larger_than_the_buffer_arrive_between_small_ones(string session, RowFormat format)
    {
        const int Large = 40_000_000;
        using var rows = Open(session);
        var sql =
            $"COPY (SELECT i, repeat('x', CASE i % 3 WHEN 0 THEN {Large} ELSE i END) FROM generate_series(1, 6) i) "
            + $"TO STDOUT (FORMAT {format})";

        var lengths = ReadAll(rows, sql, format).ConvertAll(row => row.Length);

        var overhead = format == RowFormat.Binary ? 2 + 4 + 4 + 4 : "1\t\n".Length;
        lengths.ShouldBe([.. new[] { 1, 2, Large, 4, 5, Large }.Select(length => length + overhead)]);
    }

    [Fact]
    public void The_buffer_of_a_large_row_is_given_back()
    {
        using var session = BlockingRowSession.Connect(server.Socket, "test", default);
        var sql =
            "COPY (SELECT repeat('x', CASE i WHEN 1 THEN 40000000 ELSE 5000 END) FROM generate_series(1, 20000) i) TO STDOUT";
        using var reader = session.CopyOut(sql, RowFormat.Text, default);

        reader.TryRead(out var row).ShouldBeTrue();
        row.Length.ShouldBe(40_000_001);
        session.Messages.Capacity.ShouldBeGreaterThan(40_000_000);
        while (reader.TryRead(out row))
        {
            row.Length.ShouldBe(5001);
        }

        session.Messages.Capacity.ShouldBe(ServerMessages.UsualCapacity);
    }

    [Fact]
    public void Reading_rows_allocates_nothing_per_row()
    {
        using var session = BlockingRowSession.Connect(server.Socket, "test", default);
        const string Sql =
            "COPY (SELECT i, repeat('x', 100) FROM generate_series(1, 200000) i) TO STDOUT (FORMAT binary)";
        ReadCount(session, Sql);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadCount(session, Sql).ShouldBe(200000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 * 1024);
    }

    [Theory]
    [InlineData("LATIN1")]
    [InlineData("EUC_JP")]
    [InlineData("WIN1252")]
    [InlineData("UTF8")]
    public void Names_are_sent_and_read_in_the_sessions_encoding(string encoding)
    {
        var name = encoding == "EUC_JP" ? "日本" : "grüße";
        server.Execute($"DROP TABLE IF EXISTS \"{name}\"; CREATE TABLE \"{name}\" AS SELECT '{name}' AS word");
        using var session = BlockingRowSession.Connect(server.Socket, "test", default);
        session.Execute($"SET client_encoding = {encoding}");

        session.QueryColumn($"SELECT word FROM \"{name}\"").ShouldBe([name]);
        ReadAll(session, $"COPY \"{name}\" TO STDOUT", RowFormat.Text)[0]
            .Length.ShouldBe(
                encoding is "UTF8" ? 8
                : encoding is "EUC_JP" ? 5
                : 6
            );
    }

    public static TheoryData<string, RowFormat> SessionsAndFormats =>
        new()
        {
            { "blocking", RowFormat.Binary },
            { "blocking", RowFormat.Text },
            { "npgsql", RowFormat.Binary },
            { "npgsql", RowFormat.Text },
        };

    private IRowSession Open(string session) =>
        session == "blocking"
            ? BlockingRowSession.Connect(server.Socket, "test", default)
            : new NpgsqlRowSession(server.Open(), ownsConnection: true);

    private static List<byte[]> ReadAll(IRowSession session, string sql, RowFormat format)
    {
        using var reader = session.CopyOut(sql, format, default);
        var rows = new List<byte[]>();
        while (reader.TryRead(out var row))
        {
            rows.Add(row.ToArray());
        }

        reader.TryRead(out _).ShouldBeFalse();
        return rows;
    }

    private static int ReadCount(BlockingRowSession session, string sql)
    {
        using var reader = session.CopyOut(sql, RowFormat.Binary, default);
        var rows = 0;
        while (reader.TryRead(out _))
        {
            rows++;
        }

        return rows;
    }
}
