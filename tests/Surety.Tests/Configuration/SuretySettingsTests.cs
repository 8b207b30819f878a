using Surety.Core.Configuration;
using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Tests.Configuration;

public sealed class SuretySettingsTests : IDisposable
{
    private const string TwoDatabases = """
        databases:
          shop:
            url: ${SHOP_URL}
            repository: main
          blog:
            url: postgres://blog@db/blog
            repository: ./blog-backups
        repositories:
          main:
            path: /srv/surety
          spare:
            path: spare
        """;

    private const string OneDatabase = """
        databases:
          shop: { url: postgres://yaml/shop }
        repositories:
          main: { path: ~/backups }
        """;

    private readonly SettingsFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_anything_the_database_is_left_to_the_PG_variables()
    {
        var database = folder.Load().FindDatabase();

        database.Name.ShouldBeNull();
        database.Connection.ShouldBeNull();
    }

    [Fact]
    public void A_flag_wins_over_the_environment_and_that_over_the_file()
    {
        folder.Write(OneDatabase);
        (string, string) own = ("SURETY_DB", "postgres://own/x");
        (string, string) common = ("DATABASE_URL", "postgres://common/x");

        Connection(folder.Load("postgres://flag/x", null, null, own, common)).ShouldBe("postgres://flag/x");
        Connection(folder.Load(null, null, null, own, common)).ShouldBe("postgres://own/x");
        Connection(folder.Load(null, null, null, ("SURETY_DB", ""), common)).ShouldBe("postgres://common/x");
        Connection(folder.Load()).ShouldBe("postgres://yaml/shop");
    }

    [Fact]
    public void A_name_takes_the_url_and_the_repository_of_the_database()
    {
        folder.Write(TwoDatabases);
        var settings = folder.Load(
            "shop",
            null,
            null,
            ("SHOP_URL", "postgres://shop:pw@db/shop"),
            ("SURETY_REPOSITORY", "/other")
        );

        settings.FindDatabase().Name.ShouldBe("shop");
        settings.FindDatabase().Connection.ShouldBe("postgres://shop:pw@db/shop");
        settings.FindRepository().ShouldBe(new RepositorySetting("main", new FolderPlace("/srv/surety")));
    }

    [Fact]
    public void A_name_in_the_environment_works_as_well()
    {
        folder.Write(TwoDatabases);

        folder
            .Load(null, null, null, ("SURETY_DB", "blog"))
            .FindRepository()
            .ShouldBe(new RepositorySetting(null, new FolderPlace(Path.Join(folder.Path, "blog-backups"))));
    }

    [Fact]
    public void A_repository_is_a_name_or_a_folder()
    {
        folder.Write(TwoDatabases);

        folder
            .Load(repo: "spare")
            .FindRepository()
            .ShouldBe(new RepositorySetting("spare", new FolderPlace(Path.Join(folder.Path, "spare"))));
        folder
            .Load(repo: "near")
            .FindRepository()
            .ShouldBe(new RepositorySetting(null, new FolderPlace(Path.Join(folder.Path, "near"))));
        folder
            .Load(null, null, null, ("SURETY_REPOSITORY", "/far"))
            .FindRepository()
            .ShouldBe(new RepositorySetting(null, new FolderPlace("/far")));
    }

    [Fact]
    public void The_only_repository_of_the_file_is_meant_and_a_tilde_is_the_home_folder()
    {
        folder.Write(OneDatabase);

        folder
            .Load(null, null, null, ("HOME", "/home/ann"))
            .FindRepository()
            .ShouldBe(new RepositorySetting("main", new FolderPlace("/home/ann/backups")));
    }

    [Fact]
    public void A_file_elsewhere_is_read_and_its_paths_start_from_its_own_folder()
    {
        Directory.CreateDirectory(Path.Join(folder.Path, "etc"));
        folder.Write("repositories:\n  main: { path: backups }\n", "etc/own.yaml");
        var expected = new RepositorySetting("main", new FolderPlace(Path.Join(folder.Path, "etc", "backups")));

        folder.Load(config: "etc/own.yaml").FindRepository().ShouldBe(expected);
        folder.Load(null, null, null, ("SURETY_CONFIG", "etc/own.yaml")).FindRepository().ShouldBe(expected);
    }

    [Fact]
    public void An_unset_variable_is_an_error_only_for_the_database_that_needs_it()
    {
        folder.Write(TwoDatabases);

        Connection(folder.Load("blog")).ShouldBe("postgres://blog@db/blog");
        Complaint(() => folder.Load("shop").FindDatabase())
            .ShouldBe(
                "surety.yaml:3: databases.shop.url needs the environment variable SHOP_URL, which is not set; nothing was done"
                    + " | set SHOP_URL in the environment of surety"
            );
    }

    [Fact]
    public void Several_databases_want_a_choice()
    {
        folder.Write(TwoDatabases);

        Complaint(() => folder.Load().FindDatabase())
            .ShouldBe(
                "surety.yaml names 2 databases and none was chosen; nothing was done | choose one: --db shop, --db blog"
            );
    }

    [Fact]
    public void A_slip_in_a_name_is_not_taken_for_a_database_on_the_local_server()
    {
        folder.Write(TwoDatabases);

        Complaint(() => folder.Load("shpo").FindDatabase())
            .ShouldBe("surety.yaml names no database 'shpo'; nothing was done | did you mean 'shop'?");
        Complaint(() => folder.Load("warehouse").FindDatabase())
            .ShouldBe(
                "surety.yaml names no database 'warehouse'; nothing was done"
                    + " | named there: shop, blog; any other is written dbname=warehouse or as a URL"
            );
        Connection(folder.Load("dbname=warehouse")).ShouldBe("dbname=warehouse");
    }

    [Fact]
    public void A_bare_word_is_a_database_name_where_no_file_names_any() =>
        Connection(folder.Load("warehouse")).ShouldBe("warehouse");

    [Fact]
    public void No_repository_is_an_error_that_says_where_to_name_one() =>
        Complaint(() => folder.Load().FindRepository())
            .ShouldBe(
                "no repository was named; nothing was done"
                    + " | pass --repo, set SURETY_REPOSITORY, or name one in surety.yaml"
            );

    [Fact]
    public void Another_service_is_not_taken_for_a_folder() =>
        Complaint(() => folder.Load(repo: "sftp://key:secret@host/x").FindRepository())
            .ShouldBe(
                "a repository is a folder or an s3:// address, and 'sftp://' is neither; nothing was done"
                    + " | pass the path of a folder, or s3://bucket/prefix"
            );

    [Fact]
    public void A_slip_in_the_repository_of_a_database_does_not_name_a_new_folder()
    {
        folder.Write("databases:\n  shop: { url: x, repository: mian }\nrepositories:\n  main: { path: /srv }\n");

        Complaint(() => folder.Load().FindRepository())
            .ShouldBe("surety.yaml:2: no repository is named 'mian'; nothing was done | did you mean 'main'?");
    }

    [Fact]
    public void A_missing_file_is_an_error_only_where_it_was_named() =>
        Complaint(() => folder.Load(config: "missing.yaml"))
            .ShouldBe(
                "the configuration file missing.yaml does not exist; nothing was done | check --config and SURETY_CONFIG"
            );

    private static string? Connection(SuretySettings settings) => settings.FindDatabase().Connection;

    private static string Complaint(Func<object> action)
    {
        var exception = Should.Throw<SuretyException>(action);
        exception.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        return $"{exception.Message} | {exception.Hint}";
    }
}
