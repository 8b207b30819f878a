using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Export;

/// <summary>What <c>surety export</c> writes, what it says, and what is left where it fails.</summary>
public sealed class ExportTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Rows = """
        CREATE SCHEMA sales;
        CREATE TABLE sales.orders (id int PRIMARY KEY, note text, total numeric GENERATED ALWAYS AS (id * 2) STORED);
        INSERT INTO sales.orders SELECT i, CASE WHEN i % 3 > 0 THEN repeat('x', i % 7) END FROM generate_series(1, 1000) i;
        CREATE TABLE parts (id int);
        SELECT lo_create(4711);
        """;

    [Fact]
    public async Task Files_bear_their_table_and_the_time_and_the_metadata_proves_them()
    {
        using var surety = await BackedUpAsync();
        var folder = Path.Combine(surety.Folder, "export");

        var result = await surety.RequireAsync("export", "latest", "--format", "csv", "--output", folder);

        var names = Names(folder);
        names.Length.ShouldBe(3);
        names.ShouldAllBe(name =>
            Regex.IsMatch(
                name,
                @"^(parts|sales\.orders|\w+-metadata)-export-20\d\d-\d\d-\d\dT\d\d-\d\d-\d\d-\d\d\dZ\.(csv|json)$"
            )
        );
        foreach (var file in result.GetProperty("files").EnumerateArray())
        {
            var path = Path.Combine(folder, file.GetProperty("name").GetString()!);
            var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path)));
            digest.ShouldBe(file.GetProperty("sha256").GetString());
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var orders = Path.Combine(folder, names.Single(n => n.StartsWith("sales", StringComparison.Ordinal)));
        File.ReadLines(orders).Take(4).ShouldBe(["id,note", "1,x", "2,xx", "3,"]);
        File.ReadLines(orders).Count().ShouldBe(1001);
        result.GetProperty("warnings")[0].GetString().ShouldBe("the backup has 1 large objects, which only sql has");
        var record = (await surety.RequireAsync("journal", "--last", "1")).GetProperty("records")[0];
        record.GetProperty("operation").GetString().ShouldBe("export");
        record.GetProperty("outcome").GetString().ShouldBe("done");
    }

    [Theory]
    [InlineData("--gzip", ".jsonl.gz")]
    [InlineData("--zstd", ".jsonl.zst")]
    public async Task A_compressed_file_holds_the_same_lines(string option, string extension)
    {
        using var surety = await BackedUpAsync();
        var plain = Path.Combine(surety.Folder, "plain");
        var compressed = Path.Combine(surety.Folder, "compressed");

        await surety.RequireAsync("export", "latest", "--format", "json", "--output", plain, "--table", "sales.orders");
        await surety.RequireAsync(
            "export",
            "latest",
            "--format",
            "json",
            "--output",
            compressed,
            "--table",
            "sales.orders",
            option
        );

        var file = Directory.GetFiles(compressed).Single(f => f.EndsWith(extension, StringComparison.Ordinal));
        var expected = await File.ReadAllTextAsync(Directory.GetFiles(plain, "sales.orders*").Single());
        expected.ShouldStartWith("{\"id\":1,\"note\":\"x\"}\n{\"id\":2,\"note\":\"xx\"}\n{\"id\":3}\n");
        (await DecompressAsync(file)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_failed_export_leaves_nothing()
    {
        using var surety = await BackedUpAsync();
        var file = Path.Combine(surety.Folder, "file");
        await File.WriteAllTextAsync(file, "mine");
        var folder = Path.Combine(surety.Folder, "export");

        var noFolder = await surety.RunAsync("export", "latest", "--format", "csv", "--output", file, "--json");
        var noTable = await surety.RunAsync(
            "export",
            "latest",
            "--format",
            "csv",
            "--output",
            folder,
            "--table",
            "order",
            "--json"
        );

        noFolder.ExitCode.ShouldBe(1, noFolder.Error);
        noFolder.Failure.GetProperty("code").GetString().ShouldBe("output-unwritable");
        (await File.ReadAllTextAsync(file)).ShouldBe("mine");
        noTable.ExitCode.ShouldBe(1, noTable.Error);
        noTable.Failure.GetProperty("hint").GetString().ShouldBe("it has sales.orders");
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task A_damaged_backup_is_not_exported()
    {
        using var surety = await BackedUpAsync();
        var largest = surety.Files("objects").MaxBy(f => new FileInfo(f).Length)!;
        await File.WriteAllBytesAsync(largest, [.. (await File.ReadAllBytesAsync(largest)).Reverse()]);
        var folder = Path.Combine(surety.Folder, "export");

        var run = await surety.RunAsync("export", "latest", "--format", "sql", "--output", folder, "--json");

        run.ExitCode.ShouldBe(3, run.Error);
        Names(folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--format takes sql, csv or json, not 'xml'", "--format", "xml")]
    [InlineData("export takes --gzip or --zstd, not both", "--format", "csv", "--gzip", "--zstd")]
    [InlineData("--file-per-table goes with --format sql: the others always do", "--format", "csv", "--file-per-table")]
    public async Task A_slip_is_named(string message, params string[] arguments)
    {
        using var surety = new SuretyProgram();

        var run = await surety.RunAsync(["export", "latest", "--output", "out", .. arguments, "--json"]);

        run.ExitCode.ShouldBe(2);
        run.Failure.GetProperty("message").GetString()!.ShouldContain(message);
    }

    private async Task<SuretyProgram> BackedUpAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Rows);
        var surety = await SuretyProgram.OnAsync(database);
        await surety.RequireAsync("backup");
        return surety;
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!)];

    private static async Task<string> DecompressAsync(string file)
    {
        if (file.EndsWith(".gz", StringComparison.Ordinal))
        {
            await using var gzip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
            return await new StreamReader(gzip).ReadToEndAsync();
        }

        using var zstd = Process.Start(new ProcessStartInfo("zstd", ["-dc", file]) { RedirectStandardOutput = true })!;
        return await zstd.StandardOutput.ReadToEndAsync();
    }
}
