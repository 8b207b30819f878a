using Surety.Core.Migrations.Files;
using Surety.Repository.Errors;
using Surety.Testing.Files;

namespace Surety.Tests.Migrations.Files;

public sealed class ScriptFilesTests
{
    [Theory]
    [InlineData("V1__a.sql", "V1.1__b.sql", "V2__c.sql", "V10__d.sql", "R__views.sql")]
    [InlineData("001_a.up.sql", "002_b.up.sql", "010_c.up.sql")]
    [InlineData("20240101120000_a.sql", "20240101120001_b.sql", "seed.sql")]
    [InlineData(
        "00000000000000_setup/up.sql",
        "20140924113530_a/up.sql",
        "2019-03-22-170700_b/up.sql",
        "2026-07-30-140000-0000_c/up.sql"
    )]
    [InlineData("2026-07-30-140000-0000_c/up.sql", "20261201120000_d.up.sql", "sub/20261202120000_e/up.sql")]
    [InlineData("1.2_a.sql", "1.10_b.sql", "notes/down_under.sql", "up.sql")]
    [InlineData("0_init/migration.sql", "20240101120000_a/migration.sql")]
    [InlineData("V1__a.sql", "sub/V2__b.sql", "V3__c.sql")]
    public void FilesComeInTheOrderOfTheirVersions(params string[] inOrder)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in inOrder.Reverse())
        {
            Write(folder, file);
        }

        Found(folder, down: false).ShouldBe(inOrder);
    }

    [Fact]
    public void DownMigrationsAreLeftOutUnlessAskedFor()
    {
        using var folder = new TemporaryFolder();
        string[] ups = ["001_a.up.sql", "V2__b.sql", "2024-01-01_c/up.sql"];
        string[] downs = ["001_a.down.sql", "U2__b.sql", "2024-01-01_c/down.sql"];
        foreach (var file in ups.Concat(downs).Append("notes.txt"))
        {
            Write(folder, file);
        }

        Found(folder, down: false).ShouldBe(ups);
        Found(folder, down: true).ShouldBe(ups.Concat(downs), ignoreOrder: true);
    }

    [Fact]
    public void AFolderWithoutSqlIsRefused()
    {
        using var folder = new TemporaryFolder();
        Should
            .Throw<SuretyException>(() => ScriptFiles.Find(folder.Path, down: false))
            .Code.ShouldBe(ErrorCode.InvalidArgument);
    }

    private static IEnumerable<string> Found(TemporaryFolder folder, bool down) =>
        ScriptFiles.Find(folder.Path, down).Select(f => Path.GetRelativePath(folder.Path, f));

    private static void Write(TemporaryFolder folder, string file)
    {
        var path = folder.Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Create(path).Dispose();
    }
}
