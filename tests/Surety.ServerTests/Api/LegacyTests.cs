using Surety.Testing;

namespace Surety.ServerTests.Api;

/// <summary>The four addresses that applications call already, in the order in which one would.</summary>
public sealed class LegacyTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task They_back_up_export_validate_and_take_back()
    {
        var made = await ApiServer.ResultAsync(
            await server.PostAsync(
                "operator",
                "/api/backup/create",
                new { database = "shop", description = "before the change" }
            )
        );
        made.GetProperty("success").GetBoolean().ShouldBeTrue(made.ToString());
        var id = made.GetProperty("backupId").GetString()!;

        var exported = await ApiServer.ResultAsync(
            await server.PostAsync(
                "operator",
                "/api/backup/export-csv",
                new
                {
                    database = "shop",
                    backupId = id,
                    tables = new[] { "suppliers" },
                }
            )
        );
        exported.GetProperty("success").GetBoolean().ShouldBeTrue(exported.ToString());
        exported.GetProperty("run").GetProperty("links").GetProperty("files").GetString().ShouldNotBeNull();

        await PostgresFixture.ExecuteAsync(server.Shop, "DELETE FROM order_items");
        var validation = new { database = "shop", backupId = id };
        var different = await ApiServer.ResultAsync(
            await server.PostAsync("operator", "/api/admin/validate-backup", validation)
        );
        different.GetProperty("success").GetBoolean().ShouldBeFalse();
        different.GetProperty("backupId").GetString().ShouldBe(id);

        var restore = new
        {
            database = "shop",
            backupId = id,
            confirm = server.Shop.Database,
        };
        var restored = await ApiServer.ResultAsync(
            await server.PostAsync("admin", "/api/admin/restore-backup", restore)
        );
        restored.GetProperty("success").GetBoolean().ShouldBeTrue(restored.ToString());
        var equal = await ApiServer.ResultAsync(
            await server.PostAsync("operator", "/api/admin/validate-backup", validation)
        );
        equal.GetProperty("success").GetBoolean().ShouldBeTrue(equal.ToString());
    }

    [Fact]
    public async Task They_refuse_as_the_others_do()
    {
        var shop = new { database = "shop" };
        await ApiServer.ProblemAsync(
            await server.PostAsync("operator", "/api/backup/create", shop, key: new string('k', 201)),
            400,
            "invalid-argument"
        );
        await ApiServer.ProblemAsync(await server.PostAsync("operator", "/api/backup/create"), 400, "invalid-argument");
        await ApiServer.ProblemAsync(
            await server.PostAsync("stranger", "/api/backup/create", shop),
            403,
            "access-refused"
        );
        await ApiServer.ProblemAsync(
            await server.PostAsync(
                "admin",
                "/api/admin/restore-backup",
                new { database = "shop", backupId = "latest" }
            ),
            409,
            "confirmation-needed"
        );
    }
}
