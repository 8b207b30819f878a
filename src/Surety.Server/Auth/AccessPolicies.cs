using Microsoft.AspNetCore.Authorization;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Auth;

/// <summary>
/// What an endpoint or a page asks of whoever comes, by name: the role, and where its address has a <c>{database}</c>, the
/// role on that database.
/// </summary>
public static class AccessPolicies
{
    public const string Viewer = "viewer";
    public const string Operator = "operator";
    public const string Admin = "admin";

    /// <summary>For what tells of all databases at once, or of none.</summary>
    public const string ViewerOfAll = "viewer of all databases";
    public const string OperatorOfAll = "operator of all databases";

    /// <summary>The part of an address that names a database of the configuration.</summary>
    public const string DatabaseValue = "database";

    internal static void AddTo(AuthorizationOptions options)
    {
        options.AddPolicy(Viewer, policy => policy.AddRequirements(new AccessRequirement(AccessRole.Viewer)));
        options.AddPolicy(Operator, policy => policy.AddRequirements(new AccessRequirement(AccessRole.Operator)));
        options.AddPolicy(Admin, policy => policy.AddRequirements(new AccessRequirement(AccessRole.Admin)));
        options.AddPolicy(
            ViewerOfAll,
            policy => policy.AddRequirements(new AccessRequirement(AccessRole.Viewer, true))
        );
        options.AddPolicy(
            OperatorOfAll,
            policy => policy.AddRequirements(new AccessRequirement(AccessRole.Operator, true))
        );
        options.DefaultPolicy = options.GetPolicy(Viewer)!;
        // Whatever says nothing is closed, what does not exist too.
        options.FallbackPolicy = options.DefaultPolicy;
    }
}

/// <param name="Role">What somebody needs at least.</param>
/// <param name="OfAll">For all databases, whatever the address names.</param>
internal sealed record AccessRequirement(AccessRole Role, bool OfAll = false) : IAuthorizationRequirement;

internal sealed class AccessRequirementHandler : AuthorizationHandler<AccessRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        var database = (context.Resource as HttpContext)?.GetRouteValue(AccessPolicies.DatabaseValue) as string;
        var isAllowed =
            requirement.OfAll ? context.User.MayUseAll(requirement.Role)
            : database is null ? context.User.Has(requirement.Role)
            : context.User.MayUse(database, requirement.Role);
        if (isAllowed)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
