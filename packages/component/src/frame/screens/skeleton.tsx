/** The outlines of a form that has not come yet, as high as most are. Read by nobody: the region around it is busy. */
export function Skeleton() {
  return (
    <div class="skeleton-form" aria-hidden="true">
      <div class="skeleton skeleton-label" />
      <div class="skeleton skeleton-input" />
      <div class="fields-beside">
        <div>
          <div class="skeleton skeleton-label" />
          <div class="skeleton skeleton-input" />
        </div>
        <div>
          <div class="skeleton skeleton-label" />
          <div class="skeleton skeleton-input" />
        </div>
      </div>
      <div class="skeleton skeleton-label" />
      <div class="skeleton skeleton-input" />
      <div class="skeleton skeleton-button" />
    </div>
  );
}
